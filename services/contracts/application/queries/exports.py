"""Exports, as agents take them: within their rights, in windows, each on record before it leaves."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.contracts.application.ports import Stores
from services.contracts.application.ports.exports import ExportedCer, ExportedDossier
from services.contracts.domain.exports.selection import Selection
from services.contracts.domain.rights import SCOPES
from shared.kernel.errors import Forbidden
from shared.security.principal import Principal
from shared.security.reach import Scope

# As many rows are looked at in one transaction, and stand together in one line of the audit.
WINDOW = 1_000

Row = ExportedCer | ExportedDossier
Reading = Callable[[], AbstractAsyncContextManager[Stores]]
Disclose = Callable[[Sequence[Row]], Awaitable[None]]


class Kind(StrEnum):
    """What is exported."""

    DOSSIERS = "dossiers"
    CERS = "cers"

    @property
    def operation(self) -> str:
        """Its line in the table of rights."""
        return f"export-{self.value}"


@dataclass(frozen=True)
class Window:
    """What a selection takes of a window, and the id after which the next one begins, if there may be one."""

    rows: list[Row]
    following: UUID | None


def within_rights(agent: Principal, kind: Kind, wanted: Selection) -> Selection:
    """The selection, limited to the agent's territories where they see no other. Raises Forbidden."""
    if SCOPES[kind.operation][agent.role] is Scope.ALL:
        return wanted
    if not agent.territories or not agent.territories.issuperset(wanted.territories):
        raise Forbidden("Vous pouvez exporter les dossiers de votre territoire : choisissez-le, ou aucun.")
    return replace(wanted, territories=wanted.territories or tuple(sorted(agent.territories)))


async def window(stores: Stores, kind: Kind, wanted: Selection, after: UUID | None, limit: int) -> Window:
    """The next so many dossiers or CERs, and those of them that the selection takes: maybe none."""
    found: Sequence[Row]
    if kind is Kind.CERS:
        found = await stores.exports.cers(wanted.territories, after, limit)
        last = found[-1].cer_id if found else None
    else:
        found = await stores.exports.dossiers(wanted.territories, after, limit)
        last = found[-1].dossier_id if found else None
    return Window([row for row in found if wanted.takes(row.dates)], last if len(found) == limit else None)


async def everything(reading: Reading, kind: Kind, wanted: Selection, disclose: Disclose) -> AsyncIterator[list[Row]]:
    """All that the selection takes, in windows; `disclose` puts each on record before it is given."""
    after: UUID | None = None
    while True:
        async with reading() as stores:
            found = await window(stores, kind, wanted, after, WINDOW)
        if found.rows:
            await disclose(found.rows)
            yield found.rows
        if found.following is None:
            return
        after = found.following
