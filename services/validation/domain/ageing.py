"""When a study waits for too long: a threshold for each state, and a shorter one for what is urgent.

The thresholds as decided: 7 days to be routed, 15 for a decision, 45 before a commission, 2 for an urgent one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.validation.domain.states import State


@dataclass(frozen=True)
class Thresholds:
    """Days in a state after which a study is late; `urgent_days` in any state, for these codes of priority."""

    days: dict[State, int]
    urgent_days: int
    urgent: frozenset[str]

    def of(self, state: State, priority: str) -> int | None:
        """The days that a study of this priority may stay in this state; none where it does not wait for anybody."""
        usual = self.days.get(state)
        return usual if usual is None or priority not in self.urgent else min(usual, self.urgent_days)

    def due(self, state: State, priority: str, since: datetime) -> datetime | None:
        """The instant from which it is late."""
        days = self.of(state, priority)
        return None if days is None else since + timedelta(days=days)


@dataclass(frozen=True)
class Late:
    """Studies in this state since this instant or before are late; `urgent` says of which of the two kinds."""

    state: State
    urgent: bool
    days: int
    since: datetime


@dataclass(frozen=True)
class Ageing:
    """The thresholds at an instant."""

    thresholds: Thresholds
    at: datetime

    def late(self) -> Iterator[Late]:
        """What is late at that instant, for each state twice: ordinary and urgent."""
        for state, usual in self.thresholds.days.items():
            for urgent in (False, True):
                days = min(usual, self.thresholds.urgent_days) if urgent else usual
                yield Late(state, urgent, days, self.at - timedelta(days=days))

    def is_late(self, due: datetime | None) -> bool:
        """Whether this instant has come."""
        return due is not None and due <= self.at
