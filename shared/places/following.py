"""Follows where dossiers are: their territory and their référent decide who reads what was made for them.

What a service makes bears the place that the dossier had then. When a dossier moves, or is merged into another, its
rows move too; a row that an older event makes later is put right by a trigger (`schema.create_v1`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table, or_, text, update

from shared.database.newest import keep_newest
from shared.database.unit_of_work import UnitOfWork
from shared.events.contracts import DossierChanged, DossierMerged, DossierSnapshot
from shared.messaging.reactions import Reaction, on
from shared.places.tables import dossier_place

# The names by which contracts tells that a dossier has moved, or that another one is now part of it.
_MOVES = frozenset({"territory", "referent_id", "merged"})

_LOCK = text("SELECT lock_dossier_places()")
_PARTS = text(
    """
    WITH RECURSIVE part AS (
        SELECT CAST(:dossier AS uuid) AS id
        UNION
        SELECT one.dossier_id FROM dossier_place AS one JOIN part ON one.merged_into = part.id
    )
    SELECT id FROM part
    """
)
_PLACE = text("SELECT territory, referent_id FROM place_of_dossier(:dossier)")


@dataclass(frozen=True)
class Places:
    """The reactions of a service whose tables bear `dossier_id`, `territory` and `referent_id`."""

    tables: Sequence[Table]

    def bound(self) -> list[Reaction]:
        """What the consumer of dossiers' events listens to."""
        return [on(DossierChanged, self.changed, ordered=False), on(DossierMerged, self.merged, ordered=False)]

    def bound_to_snapshots(self) -> list[Reaction]:
        """What tells it again, after a loss."""
        return [on(DossierSnapshot, self.snapshot, ordered=False)]

    async def changed(self, event: DossierChanged, uow: UnitOfWork) -> None:
        """The dossier is elsewhere, or another one has become a part of it."""
        if _MOVES.intersection(event.changed):
            await self._keep(event, None, uow)

    async def snapshot(self, event: DossierSnapshot, uow: UnitOfWork) -> None:
        """Where the dossier is."""
        await self._keep(event, None, uow)

    async def merged(self, event: DossierMerged, uow: UnitOfWork) -> None:
        """The dossier is part of another, whose place counts from now on."""
        await self._keep(event, event.into, uow)

    async def _keep(
        self, event: DossierChanged | DossierSnapshot | DossierMerged, into: UUID | None, uow: UnitOfWork
    ) -> None:
        """What an older event said is left."""
        row = {
            "dossier_id": event.dossier_id,
            "version": event.aggregate_version,
            "territory": event.territory,
            "referent_id": event.referent_id,
            "merged_into": into,
        }
        await uow.session.execute(_LOCK)
        if not await keep_newest(uow.session, dossier_place, row):
            return
        # All of them are part of the same dossier by now: they stand where it does.
        parts = list((await uow.session.execute(_PARTS, {"dossier": event.dossier_id})).scalars())
        territory, referent_id = (await uow.session.execute(_PLACE, {"dossier": event.dossier_id})).one()
        for table in self.tables:
            elsewhere = or_(
                table.c.territory.is_distinct_from(territory), table.c.referent_id.is_distinct_from(referent_id)
            )
            await uow.session.execute(
                update(table)
                .where(table.c.dossier_id.in_(parts), elsewhere)
                .values(territory=territory, referent_id=referent_id)
            )
