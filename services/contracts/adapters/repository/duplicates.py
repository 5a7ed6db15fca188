"""Dossiers that may be one person, in PostgreSQL. Implements the port `Duplicates`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, and_, delete, func, literal, or_, select, tuple_, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository import dossier_nirs
from services.contracts.adapters.repository.dossier_search import IN_ARCHIVE
from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import attachment, cer, cer_history, dossier, in_archive, matching
from services.contracts.adapters.tables import duplicate as table
from services.contracts.application.ports.duplicates import Holding
from services.contracts.domain.cers.states import State
from services.contracts.domain.dossiers.duplicates import MERGE, Duplicate, DuplicateState, Likeness, Traits, inverted
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.moves import Act
from shared.audit.witness import on_behalf_of
from shared.kernel.errors import FieldProblem, Invalid, NotFound

_IN_STUDY = (State.SOUMIS_A_ETUDE.value, State.ETUDE_EN_COMMISSION.value, State.ATTENTE_DECISION.value)
_MERGED = DuplicateState.MERGED.value
# A number given to everybody, that of an office, would make a pair of each two: such a proposal says nothing.
_MOST_FOR_ONE = 200
# A proposal comes back with the dossier.
_ONE_ARCHIVED = or_(in_archive(table.c.one), in_archive(table.c.other))


class SqlDuplicates:
    """The proposals of one transaction, and what a merge moves."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def near(self, after: UUID | None, limit: int) -> tuple[list[tuple[Traits, Traits]], UUID | None]:
        """Pairs to be compared for the `limit` dossiers after one, and the last of these; none at the end."""
        query = _traits(dossier).where(dossier.c.merged_into.is_(None), ~IN_ARCHIVE).order_by(dossier.c.id).limit(limit)
        if after is not None:
            query = query.where(dossier.c.id > after)
        ones = [_read(row) for row in (await self._session.execute(query)).mappings()]
        pairs = []
        for one in ones:
            rows = await self._session.execute(_others(one))
            pairs += [(one, _read(row)) for row in rows.mappings()]
        return pairs, ones[-1].id if len(ones) == limit else None

    async def propose(self, found: Sequence[Duplicate]) -> int:
        """Keeps those that are not known yet; says how many."""
        if not found:
            return 0
        rows = [{**_row(one), "version": 1} for one in {one.id: one for one in found}.values()]
        done = await self._session.execute(insert(table).values(rows).on_conflict_do_nothing().returning(table.c.id))
        return len(done.all())

    async def get(self, duplicate_id: UUID) -> Duplicate:
        """One of them. Raises NotFound."""
        row = (await self._session.execute(select(table).where(table.c.id == duplicate_id))).mappings().one_or_none()
        if row is None:
            raise NotFound("Ce doublon n'existe pas.")
        return _duplicate(row)

    async def save(self, duplicate: Duplicate) -> None:
        """Stores a change. Raises RaceLost."""
        await update_version(self._session, table, _row(duplicate), duplicate.version)
        duplicate.version += 1

    async def page(self, state: DuplicateState, after: UUID | None, limit: int) -> list[Duplicate]:
        """By likeness, from the one after `after`. Raises Invalid when there is no such one."""
        order = (-table.c.score, table.c.id)
        query = (
            select(table).where(table.c.state == state.value, ~_ONE_ARCHIVED).order_by(table.c.score.desc(), table.c.id)
        )
        if after is not None:
            place = (await self._session.execute(select(*order).where(table.c.id == after))).one_or_none()
            if place is None:
                raise Invalid(
                    "La page demandée part d'un doublon qui n'existe pas : reprenez la liste à son début.",
                    [FieldProblem("after", "unknown-cursor", "Reprenez sans `after`.")],
                )
            query = query.where(tuple_(*order) > tuple_(*(literal(value) for value in place)))
        return [_duplicate(row) for row in (await self._session.execute(query.limit(limit))).mappings()]

    async def holdings(self, dossier_ids: Sequence[UUID]) -> dict[UUID, Holding]:
        """What hangs on these dossiers."""
        counts = []
        for held in (cer, attachment):
            query = select(held.c.dossier_id, func.count()).where(held.c.dossier_id.in_(dossier_ids))
            rows = await self._session.execute(query.group_by(held.c.dossier_id))
            counts.append({row[0]: int(row[1]) for row in rows})
        return {one: Holding(counts[0].get(one, 0), counts[1].get(one, 0)) for one in dossier_ids}

    async def has_study(self, dossier_id: UUID) -> bool:
        """Whether a CER of the dossier is being studied."""
        query = select(cer.c.id).where(cer.c.dossier_id == dossier_id, cer.c.state.in_(_IN_STUDY)).limit(1)
        return (await self._session.scalar(query)) is not None

    async def hand_over(self, absorbed: Dossier, survivor: Dossier, act: Act) -> None:
        """CERs, files, matchings and earlier merges of one dossier become the other's, its proposals and NIR too."""
        await dossier_nirs.hand_over(self._session, absorbed.id, survivor.id)
        await self._hand_over_cers(absorbed, survivor, act)
        for held in (attachment, matching):
            await self._session.execute(
                update(held).where(held.c.dossier_id == absorbed.id).values(dossier_id=survivor.id)
            )
        await self._session.execute(
            update(matching)
            .where(matching.c.candidates.contains([absorbed.id]))
            .values(candidates=func.array_replace(matching.c.candidates, absorbed.id, survivor.id))
        )
        await self._session.execute(
            update(dossier).where(dossier.c.merged_into == absorbed.id).values(merged_into=survivor.id)
        )
        await self._hand_over_pairs(absorbed, survivor, act)

    async def _hand_over_pairs(self, absorbed: Dossier, survivor: Dossier, act: Act) -> None:
        """Only the two that were merged are so; a dismissal goes before a proposal of the same two."""
        theirs = (or_(table.c.one == absorbed.id, table.c.other == absorbed.id), table.c.state != _MERGED)
        rows = await self._session.execute(select(table).where(*theirs).order_by(table.c.id).with_for_update())
        for pair in [_duplicate(row) for row in rows.mappings()]:
            if survivor.id in {pair.one, pair.other}:
                pair.merge(act)
                await self.save(pair)
                continue
            await self._session.execute(delete(table).where(table.c.id == pair.id))
            row = _row(pair.handed_over(absorbed.id, survivor.id))
            settled = {name: row[name] for name in ("state", "reason", "settled_by", "settled_at")}
            added = insert(table).values(**row, version=1)
            await self._session.execute(
                added.on_conflict_do_update(
                    index_elements=["id"],
                    set_={**settled, "version": table.c.version + 1},
                    where=and_(table.c.state == DuplicateState.OPEN.value, added.excluded.state != table.c.state),
                )
            )

    async def _hand_over_cers(self, absorbed: Dossier, survivor: Dossier, act: Act) -> None:
        """Each at its next version, so that who saves one at the same time loses the race, with a line of history."""
        moved = (
            update(cer)
            .where(cer.c.dossier_id == absorbed.id)
            .values(dossier_id=survivor.id, version=cer.c.version + 1)
            .returning(cer.c.id, cer.c.version, cer.c.state)
        )
        lines = [
            {
                "cer_id": row.id,
                "version": row.version,
                "verb": MERGE,
                "from_state": row.state,
                "to_state": row.state,
                "actor": act.by,
                "at": act.at,
                "details": {"from_dossier": str(absorbed.id), "to_dossier": str(survivor.id)},
                "reason": "",
                "on_behalf_of": on_behalf_of(act.by),
            }
            for row in await self._session.execute(moved)
        ]
        if lines:
            await self._session.execute(insert(cer_history), lines)


def _traits(source: Any) -> Any:
    names = ("id", "nom_key", "usage_key", "prenom_key", "date_naissance", "mail", "telephone")
    return select(*(source.c[name] for name in names))


def _others(one: Traits) -> Any:
    """Each way to be alike by its own index; whoever has a smaller id was compared before."""
    ways = [dossier.c.date_naissance == one.birth]
    if (exchanged := inverted(one.birth)) is not None and exchanged != one.birth:
        ways.append(dossier.c.date_naissance == exchanged)
    if one.telephone is not None:
        ways.append(dossier.c.telephone == one.telephone)
    if one.mail is not None:
        ways.append(func.lower(dossier.c.mail) == one.mail.lower())
    alive = (dossier.c.merged_into.is_(None), ~IN_ARCHIVE, dossier.c.id > one.id)
    met = [_traits(dossier).where(way, *alive).limit(_MOST_FOR_ONE).subquery() for way in ways]
    return union(*(select(way) for way in met))


def _read(row: RowMapping) -> Traits:
    return Traits(
        row["id"],
        row["nom_key"],
        row["usage_key"],
        row["prenom_key"],
        row["date_naissance"],
        row["mail"],
        row["telephone"],
    )


def _row(one: Duplicate) -> dict[str, Any]:
    return {
        "id": one.id,
        "one": one.one,
        "other": one.other,
        "reasons": list(one.likeness.reasons),
        "score": one.likeness.score,
        "found_at": one.found_at,
        "state": one.state.value,
        "reason": one.reason,
        "settled_by": one.act.by if one.act else None,
        "settled_at": one.act.at if one.act else None,
    }


def _duplicate(row: RowMapping) -> Duplicate:
    return Duplicate(
        one=row["one"],
        other=row["other"],
        likeness=Likeness(tuple(row["reasons"]), row["score"]),
        found_at=row["found_at"],
        state=DuplicateState(row["state"]),
        reason=row["reason"],
        act=Act(row["settled_by"], row["settled_at"]) if row["settled_by"] else None,
        version=row["version"],
    )
