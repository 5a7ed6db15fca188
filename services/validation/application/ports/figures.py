"""Figures for the chef de service: counted by the database, of nobody but, in one of them, agents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.validation.domain.ageing import Ageing
from services.validation.domain.figures import Period


@dataclass(frozen=True)
class Delay:
    """How long studies stayed in a state that they left in the period; `decision`: from submission to decision."""

    state: str
    studies: int
    median_days: float
    p90_days: float


@dataclass(frozen=True)
class Stock:
    """How many studies are in a state now, and since when the oldest is (UTC)."""

    state: str
    territory: str
    studies: int
    late: int
    oldest: datetime


@dataclass(frozen=True)
class Decided:
    """How many decisions of a month (`2026-03`, Europe/Paris), by territory, path, kind and outcome."""

    month: str
    territory: str
    path: str
    commission_kind: str | None
    by_delegation: bool
    outcome: str
    decisions: int


@dataclass(frozen=True)
class AgentFigures:
    """What an agent decided in the period, and has in charge now; `agent` is a sealed token."""

    agent_id: str
    agent: str
    valide: int
    non_valide: int
    by_delegation: int
    in_charge: int


class Figures(Protocol):
    """Reads figures; of one territory, or of all."""

    async def delays(self, period: Period, territory: str | None) -> list[Delay]:
        """By state, the states in the order of the path; then to the decision."""
        ...

    async def stock(self, ageing: Ageing, territory: str | None) -> list[Stock]:
        """By state and territory, of what is under study now."""
        ...

    async def decided(self, period: Period, territory: str | None) -> list[Decided]:
        """By month, territory, path, kind and outcome."""
        ...

    async def by_agent(self, period: Period, territory: str | None) -> list[AgentFigures]:
        """Of each agent who decided in the period or has studies in charge."""
        ...
