"""Reads studies for the worklist and the file of one."""

from dataclasses import fields
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.tables import decision, study, study_move
from services.validation.application.ports import DecisionRow, Filter, MoveRow, Place, StudyRow
from shared.kernel.errors import NotFound

_STUDY = [study.c[field.name] for field in fields(StudyRow)]
_DECISION = [decision.c[field.name] for field in fields(DecisionRow)]
_MOVE = [study_move.c[field.name] for field in fields(MoveRow)]
_ORDER = (study.c.accord_rank, study.c.priority_rank, study.c.submitted_at, study.c.id)


class SqlReading:
    """Implements the port `Reading` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, wanted: Filter, after: Place | None, limit: int) -> list[StudyRow]:
        """Studies in the worklist's order: refused by the person first, then by priority, then the oldest."""
        query = _filtered(select(*_STUDY), wanted).order_by(*_ORDER).limit(limit)
        if after is not None:
            place = (after.accord_rank, after.priority_rank, after.submitted_at, after.id)
            query = query.where(tuple_(*_ORDER) > tuple_(*place))
        rows = (await self._session.execute(query)).mappings()
        return [StudyRow(**row) for row in rows]

    async def study(self, study_id: UUID) -> StudyRow:
        """One study. Raises NotFound."""
        found = await self._session.execute(select(*_STUDY).where(study.c.id == study_id))
        row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("Aucune étude ne porte cet identifiant : revenez à la liste des CER soumis.")
        return StudyRow(**row)

    async def decision(self, study_id: UUID) -> DecisionRow | None:
        """Its decision, if it was made."""
        found = await self._session.execute(select(*_DECISION).where(decision.c.study_id == study_id))
        row = found.mappings().one_or_none()
        return None if row is None else DecisionRow(**row)

    async def history(self, study_id: UUID) -> list[MoveRow]:
        """Its moves, oldest first."""
        query = select(*_MOVE).where(study_move.c.study_id == study_id).order_by(study_move.c.version)
        return [MoveRow(**row) for row in (await self._session.execute(query)).mappings()]


def _filtered(query: Select[tuple[object, ...]], wanted: Filter) -> Select[tuple[object, ...]]:
    equal = {
        study.c.territory: wanted.territory,
        study.c.accord: wanted.accord,
        study.c.referent_id: wanted.referent_id,
        study.c.cer_id: wanted.cer_id,
    }
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.request is not None:
        query = query.where(study.c.requests.contains([wanted.request]))
    return query.where(study.c.state.in_(wanted.states)) if wanted.states else query
