"""Time enters the system here: instants are UTC, legal dates are those of Paris."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Tells the present instant; tests give a clock of their own."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is told to move: for tests and samples."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


def legal_date(instant: datetime) -> date:
    """The date that this instant has in metropolitan France, the one that contracts and decisions bear."""
    return instant.astimezone(PARIS).date()
