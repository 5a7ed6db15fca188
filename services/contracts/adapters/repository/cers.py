"""CERs and their history in PostgreSQL. Implements the port `Cers`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import RowMapping, and_, delete, exists, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.authors import authors_of
from services.contracts.adapters.repository.cer_rows import cer_of, content_of, move_of, revision_of, row_of
from services.contracts.adapters.repository.reference import SqlReferenceBooks
from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import cer as table
from services.contracts.adapters.tables import cer_history, cer_revision
from services.contracts.application.ports.cers import Deleted, ToRead
from services.contracts.domain.cers.codes import held
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.notices import Neighbour
from services.contracts.domain.cers.revisions import Revision, changes_between
from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import State, Verb
from services.contracts.domain.moves import Act, Move
from shared.audit.witness import loaded, on_behalf_of
from shared.kernel.errors import NotFound

_UNDER_WAY = [SigningState.PREPARING.value, SigningState.OPEN.value]


class SqlCers:
    """The CERs of one transaction."""

    def __init__(self, session: AsyncSession, reference: SqlReferenceBooks) -> None:
        self._session = session
        self._reference = reference
        # As loaded, so that a save stores what it changed.
        self._loaded: dict[UUID, RowMapping] = {}

    async def get(self, cer_id: UUID) -> Cer:
        """The CER. Raises NotFound."""
        row = (await self._session.execute(select(table).where(table.c.id == cer_id))).mappings().one_or_none()
        if row is None:
            raise NotFound("Ce CER n'existe pas, ou il n'est pas de votre territoire.")
        loaded(cer=row["id"])
        self._loaded[cer_id] = row
        return cer_of(row)

    async def add(self, cer: Cer) -> None:
        """Stores a CER for the first time, with its line of history. Raises RaceLost."""
        await self._session.execute(insert(table).values(**row_of(cer), version=1))
        await self._stored(cer)

    async def save(self, cer: Cer) -> None:
        """Stores one change, with its line of history. Raises RaceLost."""
        await update_version(self._session, table, row_of(cer), cer.version)
        await self._stored(cer)

    async def write_line(self, cer: Cer, line: Move) -> None:
        """Adds a line of history without a change of the CER."""
        await self._session.execute(
            insert(cer_history).values(
                cer_id=cer.id,
                version=cer.version,
                verb=line.verb,
                from_state=line.from_state.value if line.from_state else None,
                to_state=line.to_state.value,
                actor=line.act.by,
                at=line.act.at,
                details=line.details,
                reason=line.reason,
                on_behalf_of=on_behalf_of(line.act.by),
            )
        )

    async def of_dossier(self, dossier_id: UUID) -> list[Cer]:
        """The CERs of a dossier by number, deleted ones left out."""
        query = (
            select(table)
            .where(table.c.dossier_id == dossier_id, table.c.state != State.SUPPRIME.value)
            .order_by(table.c.numero, table.c.created_at, table.c.id)
        )
        return [cer_of(row) for row in (await self._session.execute(query)).mappings()]

    async def neighbours(self, dossier_id: UUID, besides: UUID | None) -> list[Neighbour]:
        """The other CERs of a dossier, deleted ones left out."""
        query = select(table.c.id, table.c.numero, table.c.state, table.c.date_debut, table.c.date_fin).where(
            table.c.dossier_id == dossier_id, table.c.state != State.SUPPRIME.value
        )
        rows = (await self._session.execute(query)).mappings()
        return [
            Neighbour(row["numero"], State(row["state"]), row["date_debut"], row["date_fin"])
            for row in rows
            if row["id"] != besides
        ]

    async def in_force_at(self, dossier_id: UUID, day: date, besides: UUID) -> list[Cer]:
        """The valid CERs of a dossier that this day falls in."""
        query = select(table).where(
            table.c.dossier_id == dossier_id,
            table.c.id != besides,
            table.c.state == State.VALIDE.value,
            table.c.date_debut <= day,
            table.c.fin_key >= day,
        )
        found = (await self._session.execute(query.order_by(table.c.id))).mappings().all()
        self._loaded |= {row["id"]: row for row in found}
        return [cer_of(row) for row in found]

    async def to_read(
        self, referents: Sequence[str] | None, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[ToRead]:
        """Decided CERs whose decision was not opened yet, the first decided at the top, from after this place.

        Of these référents, or of all.
        """
        query = select(table).where(
            table.c.decided_at.is_not(None), table.c.decision_read_at.is_(None), ~table.c.archived
        )
        if referents is not None:
            query = query.where(table.c.referent_id.in_(referents))
        if after is not None:
            query = query.where(tuple_(table.c.decided_at, table.c.id) > tuple_(*after))
        query = query.order_by(table.c.decided_at, table.c.id).limit(limit)
        rows = (await self._session.execute(query)).mappings()
        return [ToRead(cer_of(row), row["territory"], row["referent_id"]) for row in rows]

    async def is_signing(self, dossier_id: UUID) -> bool:
        """Whether a signature is under way for a CER of this dossier."""
        open_one = exists().where(table.c.dossier_id == dossier_id, table.c.signing.in_(_UNDER_WAY))
        return bool(await self._session.scalar(select(open_one)))

    async def among(self, cer_ids: Sequence[UUID]) -> Mapping[UUID, Cer]:
        """Those of the CERs that there are."""
        rows = (await self._session.execute(select(table).where(table.c.id.in_(cer_ids)))).mappings()
        return {row["id"]: cer_of(row) for row in rows}

    async def moved_otherwise(self, cer_ids: Sequence[UUID], verb: str) -> frozenset[UUID]:
        """Those of the CERs to which something else than this was done."""
        query = select(cer_history.c.cer_id).where(cer_history.c.cer_id.in_(cer_ids), cer_history.c.verb != verb)
        return frozenset((await self._session.execute(query)).scalars())

    async def signing_among(self, dossier_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of the dossiers that have a signature under way."""
        query = select(table.c.dossier_id).where(table.c.dossier_id.in_(dossier_ids), table.c.signing.in_(_UNDER_WAY))
        return frozenset((await self._session.execute(query)).scalars())

    async def overdue(self, now: datetime, limit: int) -> list[UUID]:
        """CERs whose signature attempt passed its deadline."""
        query = (
            select(table.c.id)
            .where(table.c.signing.in_(_UNDER_WAY), table.c.signing_deadline < now)
            .order_by(table.c.signing_deadline)
            .limit(limit)
        )
        return list((await self._session.execute(query)).scalars())

    async def history(self, cer_id: UUID) -> list[Move]:
        """The lines of history, oldest first."""
        query = select(cer_history).where(cer_history.c.cer_id == cer_id).order_by(cer_history.c.id)
        return [move_of(row) for row in (await self._session.execute(query)).mappings()]

    async def authors(self, cer_ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, ...]]:
        """For each of the CERs, the agents who wrote in it, by their ids."""
        return await authors_of(self._session, cer_ids)

    async def deleted_of(self, dossier_id: UUID) -> list[Deleted]:
        """What is left of the deleted propositions of a dossier, the last deleted first."""
        query = (
            select(table, cer_history.c.actor, cer_history.c.at)
            .join(cer_history, and_(cer_history.c.cer_id == table.c.id, cer_history.c.verb == Verb.DELETE.value))
            .where(table.c.dossier_id == dossier_id, table.c.state == State.SUPPRIME.value)
            .order_by(cer_history.c.id.desc())
        )
        rows = (await self._session.execute(query)).mappings()
        return [Deleted(cer_of(row), Act(row["actor"], row["at"])) for row in rows]

    async def revisions(self, cer_id: UUID) -> list[Revision]:
        """What each change touched, oldest first; nothing of a deleted proposition."""
        query = select(cer_revision).where(cer_revision.c.cer_id == cer_id).order_by(cer_revision.c.version)
        return [revision_of(row) for row in (await self._session.execute(query)).mappings()]

    async def _stored(self, cer: Cer) -> None:
        await self._reference.note_uses({(one.list, one.code) for one in held(cer.draft)})
        cer.version += 1
        if cer.state is State.SUPPRIME:
            await self._session.execute(delete(cer_revision).where(cer_revision.c.cer_id == cer.id))
        else:
            await self._keep_revision(cer)
        for line in cer.moves:
            await self.write_line(cer, line)
        cer.moves.clear()

    async def _keep_revision(self, cer: Cer) -> None:
        """The values that this change touched: those of all fields, the first time."""
        row = self._loaded.get(cer.id)
        changes = changes_between(content_of(cer_of(row)) if row is not None else {}, content_of(cer))
        if not changes:
            return
        line = cer.moves[-1]
        await self._session.execute(
            insert(cer_revision).values(
                cer_id=cer.id,
                version=cer.version,
                at=line.act.at,
                actor=line.act.by,
                verb=line.verb,
                shown=cer.revision,
                changes=changes,
            )
        )
