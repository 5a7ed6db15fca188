"""How the endpoints of a CER run a command and answer: with the CER as it is then, or with both versions of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from services.contracts.application.commands.cers import Input, Sheet
from services.contracts.application.commands.loading import Desk
from services.contracts.application.queries import cers as queries
from services.contracts.application.queries import revisions
from services.contracts.entrypoints.http.cers.revision_views import ConflictView
from services.contracts.entrypoints.http.cers.views import CerView
from services.contracts.entrypoints.http.counter import Counter
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once
from shared.http.versions import set_etag
from shared.kernel.errors import RaceLost

Act = Callable[[Desk], Awaitable[Sheet]]


@dataclass(frozen=True)
class Edit:
    """A change of a CER that starts from a version: what was sent is given back when it comes too late."""

    cer_id: UUID
    seen: int
    body: BaseModel | None = None
    input: Input | None = None


async def update(response: Response, here: Counter, edit: Edit, act: Act) -> CerView:
    """Runs the change and answers with the CER. Raises RaceLost with both versions (412)."""
    try:
        async with here.acting() as desk:
            view = await _view(here, desk, await act(desk))
    except RaceLost as lost:
        raise await with_both_versions(here, edit, lost) from None
    set_etag(response, view.version)
    return view


async def with_both_versions(here: Counter, edit: Edit, lost: RaceLost) -> RaceLost:
    """The refusal, with what is kept now, what was sent, and field by field who changed what since."""
    async with here.reading() as stores:
        found = await revisions.conflict(stores, here.agent, edit.cer_id, edit.seen, edit.input)
    sent = edit.body.model_dump(mode="json") if edit.body is not None else None
    view = ConflictView.of(found, edit.seen, sent, here.today)
    return RaceLost(lost.detail, extensions={"conflict": view.model_dump(mode="json")})


async def once(only: Once, here: Counter, act: Act, status: int = 200) -> Response:
    """Runs the command for its key, or answers with the CER as the agent sees it by then."""

    async def command(uow: UnitOfWork) -> tuple[CerView, int]:
        desk = here.desk(uow)
        view = await _view(here, desk, await act(desk))
        return view, view.version

    async def reread(uow: UnitOfWork, cer_id: UUID) -> tuple[CerView, int]:
        view = CerView.of_read(await queries.cer(here.desk(uow).stores, here.agent, cer_id, here.now), here.today)
        return view, view.version

    return await only.run(command, status, reread)


async def _view(here: Counter, desk: Desk, sheet: Sheet) -> CerView:
    return CerView.of_read(await queries.read(desk.stores, here.agent, sheet.cer, sheet.dossier), here.today)
