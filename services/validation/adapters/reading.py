"""Reads studies for the worklist and the file of one."""

from collections.abc import Sequence
from dataclasses import fields
from uuid import UUID

from sqlalchemy import RowMapping, Select, and_, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.ageing import is_late
from services.validation.adapters.tables import (
    commission_session,
    decision,
    session_item,
    study,
    study_charge,
    study_move,
)
from services.validation.application.ports import (
    NOBODY,
    Counts,
    DecisionRow,
    Filter,
    MoveRow,
    Place,
    SittingRow,
    StudyRow,
)
from services.validation.domain.ageing import Ageing
from shared.audit.witness import shown
from shared.kernel.errors import NotFound

_CHARGE = {"in_charge": study_charge.c.agent, "in_charge_since": study_charge.c.since}
_STUDY = [
    _CHARGE[field.name].label(field.name) if field.name in _CHARGE else study.c[field.name]
    for field in fields(StudyRow)
]
_WITH_CHARGE = study.outerjoin(
    study_charge, and_(study_charge.c.study_id == study.c.id, study_charge.c.released_at.is_(None))
)
# What the worklist is counted by: each column by itself.
_COUNTED = {
    "state": study.c.state,
    "territory": study.c.territory,
    "referent": study.c.referent_id,
    "accord": study.c.accord,
    "priority": study.c.priority,
    "commission_kind": study.c.commission_kind,
    "in_charge": func.coalesce(study_charge.c.agent_id, literal(NOBODY)),
}
_DECISION = [decision.c[field.name] for field in fields(DecisionRow)]
_MOVE = [study_move.c[field.name] for field in fields(MoveRow)]
_SITTING = [
    (session_item if field.name in session_item.c else commission_session).c[field.name] for field in fields(SittingRow)
]
_ORDER = (study.c.accord_rank, study.c.priority_rank, study.c.submitted_at, study.c.id)


class SqlReading:
    """Implements the port `Reading` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, wanted: Filter, after: Place | None, limit: int) -> list[StudyRow]:
        """Studies in the worklist's order: refused by the person first, then by priority, then the oldest."""
        query = _filtered(select(*_STUDY).select_from(_WITH_CHARGE), wanted).order_by(*_ORDER).limit(limit)
        if after is not None:
            place = (after.accord_rank, after.priority_rank, after.submitted_at, after.id)
            query = query.where(tuple_(*_ORDER) > tuple_(*place))
        rows = (await self._session.execute(query)).mappings()
        return [StudyRow(**row) for row in rows]

    async def counts(self, wanted: Filter, ageing: Ageing) -> Counts:
        """How many studies the filter keeps, by each criterion."""
        columns = select(*(column.label(name) for name, column in _COUNTED.items()), study.c.requests)
        chosen = _filtered(columns.add_columns(is_late(ageing).label("late")).select_from(_WITH_CHARGE), wanted)
        kept = chosen.subquery()
        by_each = select(
            *(kept.c[name] for name in _COUNTED),
            func.grouping(*(kept.c[name] for name in _COUNTED)).label("set"),
            func.count().label("studies"),
            func.count().filter(kept.c.late).label("late"),
        ).group_by(func.grouping_sets(tuple_(), *(tuple_(kept.c[name]) for name in _COUNTED)))
        asked = select(func.unnest(kept.c.requests).label("request")).subquery()
        by_request = select(asked.c.request, func.count()).group_by(asked.c.request)
        rows = (await self._session.execute(by_each)).mappings().all()
        requests = {row[0]: row[1] for row in await self._session.execute(by_request)}
        return _counts(rows, requests)

    async def study(self, study_id: UUID) -> StudyRow:
        """One study. Raises NotFound."""
        found = await self._session.execute(select(*_STUDY).select_from(_WITH_CHARGE).where(study.c.id == study_id))
        row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("Aucune étude ne porte cet identifiant : revenez à la liste des CER soumis.")
        read = StudyRow(**row)
        shown(read)
        return read

    async def decision(self, study_id: UUID) -> DecisionRow | None:
        """Its decision, if it was made."""
        found = await self._session.execute(select(*_DECISION).where(decision.c.study_id == study_id))
        row = found.mappings().one_or_none()
        return None if row is None else DecisionRow(**row)

    async def history(self, study_id: UUID) -> list[MoveRow]:
        """Its moves, oldest first."""
        query = select(*_MOVE).where(study_move.c.study_id == study_id).order_by(study_move.c.version)
        return [MoveRow(**row) for row in (await self._session.execute(query)).mappings()]

    async def sittings(self, study_id: UUID) -> list[SittingRow]:
        """The sessions that have, or had, it on their agenda, by date."""
        query = (
            select(*_SITTING)
            .join(commission_session, commission_session.c.id == session_item.c.session_id)
            .where(session_item.c.study_id == study_id)
            .order_by(commission_session.c.at, commission_session.c.id)
        )
        return [SittingRow(**row) for row in (await self._session.execute(query)).mappings()]


def _counts(rows: Sequence[RowMapping], requests: dict[str, int]) -> Counts:
    """`set` has a bit for each column that a row is not grouped by; the first column has the highest."""
    every = (1 << len(_COUNTED)) - 1
    (total,) = (row for row in rows if row["set"] == every)
    by = {
        name: {
            row[name]: row["studies"]
            for row in rows
            if row["set"] == every ^ (1 << (len(_COUNTED) - 1 - place)) and row[name] is not None
        }
        for place, name in enumerate(_COUNTED)
    }
    return Counts(total["studies"], total["late"], {**by, "request": requests})


def _filtered(query: Select[tuple[object, ...]], wanted: Filter) -> Select[tuple[object, ...]]:
    equal = {
        study.c.territory: wanted.territory,
        study.c.accord: wanted.accord,
        study.c.referent_id: wanted.referent_id,
        study.c.cer_id: wanted.cer_id,
        study.c.priority: wanted.priority,
        study.c.commission_kind: wanted.commission_kind,
    }
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.request is not None:
        query = query.where(study.c.requests.contains([wanted.request]))
    if wanted.in_charge is not None:
        holder = study_charge.c.agent_id
        query = query.where(holder.is_(None) if wanted.in_charge == NOBODY else holder == wanted.in_charge)
    if wanted.late is not None:
        ageing, late = wanted.late
        query = query.where(is_late(ageing) if late else ~is_late(ageing))
    return query.where(study.c.state.in_(wanted.states)) if wanted.states else query
