"""Which studies are late, in PostgreSQL. Implements the port `Alerts`."""

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.tables import study, study_alert, study_charge
from services.validation.domain.ageing import Ageing, Late
from shared.events.validation import StudyAgeing


def is_late(ageing: Ageing) -> ColumnElement[bool]:
    """Whether a row of `study` is late."""
    return or_(*(_those(ageing, late) for late in ageing.late()))


def _those(ageing: Ageing, late: Late) -> ColumnElement[bool]:
    urgent = study.c.priority.in_(sorted(ageing.thresholds.urgent))
    return and_(study.c.state == late.state, urgent if late.urgent else ~urgent, study.c.since <= late.since)


class SqlAlerts:
    """The alerts of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def raise_new(self, ageing: Ageing, limit: int) -> list[StudyAgeing]:
        """Notes the late studies of which nothing was told since they came to their state, and what to tell of them.

        In the order of ids, as whoever else locks several studies.
        """
        days = case(*((_those(ageing, late), literal(late.days)) for late in ageing.late()))
        told = exists().where(study_alert.c.study_id == study.c.id, study_alert.c.since == study.c.since)
        late = (
            select(study.c.id, study.c.since, days, literal(ageing.at))
            .where(is_late(ageing), ~told)
            .order_by(study.c.id)
            .limit(limit)
        )
        noted = insert(study_alert).from_select(["study_id", "since", "days", "told_at"], late)
        rows = await self._session.execute(noted.on_conflict_do_nothing().returning(study_alert.c.study_id))
        return await self._told([row.study_id for row in rows])

    async def _told(self, study_ids: list[object]) -> list[StudyAgeing]:
        query = (
            select(study, study_alert.c.days, study_charge.c.agent_id.label("in_charge"))
            .join(study_alert, and_(study_alert.c.study_id == study.c.id, study_alert.c.since == study.c.since))
            .outerjoin(study_charge, and_(study_charge.c.study_id == study.c.id, study_charge.c.released_at.is_(None)))
            .where(study.c.id.in_(study_ids))
            .order_by(study.c.id)
        )
        return [
            StudyAgeing(
                aggregate_version=row["version"],
                study_id=row["id"],
                cer_id=row["cer_id"],
                dossier_id=row["dossier_id"],
                territory=row["territory"],
                submission=row["submission"],
                state=row["state"],
                since=row["since"],
                priority=row["priority"],
                threshold_days=row["days"],
                in_charge=row["in_charge"],
            )
            for row in (await self._session.execute(query)).mappings()
        ]
