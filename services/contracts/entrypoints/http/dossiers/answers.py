"""How the endpoints of a dossier run a command and answer: with the dossier as it is then."""

from collections.abc import Awaitable, Callable

from fastapi import Response

from services.contracts.application.commands.loading import Desk
from services.contracts.application.ports import Stores
from services.contracts.application.queries import dossiers as queries
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.entrypoints.http.counter import Counter
from services.contracts.entrypoints.http.dossiers.views import DossierView
from shared.http.versions import set_etag

Act = Callable[[Desk], Awaitable[Dossier]]


async def update(response: Response, here: Counter, act: Act) -> DossierView:
    """Runs the change and answers with the dossier."""
    async with here.acting() as desk:
        view = await view_of(here, desk.stores, await act(desk))
    set_etag(response, view.version)
    return view


async def view_of(here: Counter, stores: Stores, dossier: Dossier) -> DossierView:
    """The dossier with who accompanies the person."""
    return DossierView.of(dossier, await queries.referent_of(stores, dossier), here.tools.telephones)
