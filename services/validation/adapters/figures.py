"""Figures in PostgreSQL. Implements the port `Figures`.

Each move keeps since when the study stood in the state that it left: a delay is one subtraction, whatever came before.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Numeric, Select, cast, func, literal, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.ageing import is_late
from services.validation.adapters.tables import decision, study, study_charge, study_move
from services.validation.application.ports.figures import AgentFigures, Decided, Delay, Stock
from services.validation.domain.ageing import Ageing
from services.validation.domain.figures import Period
from services.validation.domain.states import UNDER_STUDY

# The last line of the delays: from the submission to the decision, whatever lay between.
TO_DECISION = "decision"
_ORDER = ("a_orienter", "en_commission", "attente_decision", "retourne", TO_DECISION)
_DAY = 86_400


class SqlFigures:
    """Implements the port on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def delays(self, period: Period, territory: str | None) -> list[Delay]:
        """By state, the states in the order of the path; then to the decision."""
        left = select(
            study_move.c.source.label("state"), (study_move.c.at - study_move.c.source_since).label("stayed")
        ).where(study_move.c.source_since.is_not(None), *_within(study_move.c.at, period))
        decided = select(
            literal(TO_DECISION).label("state"), (decision.c.decided_at - study.c.submitted_at).label("stayed")
        ).join_from(decision, study, study.c.id == decision.c.study_id)
        decided = decided.where(*_within(decision.c.decided_at, period))
        if territory is not None:
            left = left.join(study, study.c.id == study_move.c.study_id)
        found = []
        for stays in (_of_territory(left, territory), _of_territory(decided, territory)):
            found += [Delay(**row) for row in (await self._session.execute(_delays(stays))).mappings()]
        return sorted(found, key=lambda delay: _ORDER.index(delay.state))

    async def stock(self, ageing: Ageing, territory: str | None) -> list[Stock]:
        """By state and territory, of what is under study now."""
        query = (
            select(
                study.c.state,
                study.c.territory,
                func.count().label("studies"),
                func.count().filter(is_late(ageing)).label("late"),
                func.min(study.c.since).label("oldest"),
            )
            .where(study.c.state.in_(sorted(UNDER_STUDY)))
            .group_by(study.c.state, study.c.territory)
            .order_by(study.c.state, study.c.territory)
        )
        rows = (await self._session.execute(_of_territory(query, territory))).mappings()
        return [Stock(**row) for row in rows]

    async def decided(self, period: Period, territory: str | None) -> list[Decided]:
        """By month, territory, path, kind and outcome."""
        month = func.to_char(func.timezone("Europe/Paris", decision.c.decided_at), text("'YYYY-MM'"))
        columns = [
            month.label("month"),
            study.c.territory,
            decision.c.path,
            study.c.commission_kind,
            decision.c.delegation_id.is_not(None).label("by_delegation"),
            decision.c.outcome,
        ]
        places = [text(str(place)) for place in range(1, len(columns) + 1)]
        query = (
            select(*columns, func.count().label("decisions"))
            .join_from(decision, study, study.c.id == decision.c.study_id)
            .where(*_within(decision.c.decided_at, period))
            .group_by(*places)
            .order_by(*places)
        )
        rows = (await self._session.execute(_of_territory(query, territory))).mappings()
        return [Decided(**row) for row in rows]

    async def by_agent(self, period: Period, territory: str | None) -> list[AgentFigures]:
        """Of each agent who decided in the period or has studies in charge."""
        made = (
            select(
                decision.c.decided_by.label("agent_id"),
                decision.c.decider.label("agent"),
                decision.c.outcome.label("outcome"),
                decision.c.delegation_id.is_not(None).label("by_delegation"),
            )
            .join_from(decision, study, study.c.id == decision.c.study_id)
            .where(*_within(decision.c.decided_at, period))
        )
        held = (
            select(study_charge.c.agent_id, study_charge.c.agent, literal("held"), literal(value=False))
            .join_from(study_charge, study, study.c.id == study_charge.c.study_id)
            .where(study_charge.c.released_at.is_(None), study.c.state.in_(sorted(UNDER_STUDY)))
        )
        each = union_all(_of_territory(made, territory), _of_territory(held, territory)).subquery()
        query = select(
            each.c.agent_id,
            func.max(each.c.agent).label("agent"),
            *(func.count().filter(each.c.outcome == one).label(one) for one in ("valide", "non_valide")),
            func.count().filter(each.c.by_delegation).label("by_delegation"),
            func.count().filter(each.c.outcome == "held").label("in_charge"),
        ).group_by(each.c.agent_id)
        rows = (await self._session.execute(query.order_by(each.c.agent_id))).mappings()
        return [AgentFigures(**row) for row in rows]


def _within(column: Any, period: Period) -> tuple[Any, Any]:
    begins: datetime = period.begins
    return column >= begins, column < period.ends


def _of_territory(query: Select[Any], territory: str | None) -> Select[Any]:
    return query if territory is None else query.where(study.c.territory == territory)


def _delays(query: Select[Any]) -> Select[Any]:
    """Median and 90th percentile in days, to a hundredth."""
    stays = query.subquery()
    seconds = func.extract("epoch", stays.c.stayed)

    def days(share: float) -> Any:
        found = func.percentile_cont(share).within_group(seconds)
        return func.round(cast(found / _DAY, Numeric), 2)

    return select(
        stays.c.state,
        func.count().label("studies"),
        days(0.5).label("median_days"),
        days(0.9).label("p90_days"),
    ).group_by(stays.c.state)
