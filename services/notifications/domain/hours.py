"""When a message may leave: nothing reaches a person at night, on a Sunday or on a bank holiday, Paris time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shared.kernel.clock import PARIS

Holiday = Callable[[date], bool]

SUNDAY = 6
SATURDAY = 5
# Three bank holidays never follow one another, so a day on which something may leave is always near.
_FAR = 15


@dataclass(frozen=True)
class Hours:
    """From `opens` to `closes` (local hours, 0 to 24), on the days that are neither Sundays nor holidays.

    `any_day`: on those too, for sites that only try the software.
    """

    opens: int
    closes: int
    holiday: Holiday
    any_day: bool = False

    def may_leave(self, at: datetime) -> bool:
        """Whether a person may be written to at this instant."""
        local = at.astimezone(PARIS)
        return self._open_day(local.date()) and self.opens <= local.hour < self.closes

    def earliest(self, at: datetime) -> datetime:
        """This instant where a person may be written to, otherwise the next opening."""
        if self.may_leave(at):
            return at
        openings = (_local(day, self.opens) for day in _days(at) if self._open_day(day))
        return next(opening for opening in openings if opening > at)

    def next_digest(self, at: datetime, hours: Sequence[int]) -> datetime:
        """The first instant after this one at which digests leave: at these local hours, on working days."""
        working = (day for day in _days(at) if self._open_day(day) and day.weekday() != SATURDAY)
        return next(moment for day in working for hour in sorted(hours) if (moment := _local(day, hour)) > at)

    def _open_day(self, day: date) -> bool:
        return self.any_day or (day.weekday() != SUNDAY and not self.holiday(day))


def _days(at: datetime) -> Iterator[date]:
    first = at.astimezone(PARIS).date()
    return (first + timedelta(days=number) for number in range(_FAR))


def _local(day: date, hour: int) -> datetime:
    """That hour of that day, whatever the clocks did in the night."""
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)
