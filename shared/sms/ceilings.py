"""How many codes may leave in a day, and what SMS may cost before none leaves: the figures of a site."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.kernel.clock import PARIS


class Count(NamedTuple):
    """What one code takes: so many units of the day's count of this key, which has a limit."""

    scope: str
    key: str
    limit: int
    units: int


@dataclass(frozen=True)
class Ceilings:
    """Codes a day; segments of SMS, which are what is paid, an hour and a day. Days and hours are those of Paris."""

    territory_a_day: int = 500
    departement_a_day: int = 3000
    segments_an_hour: int = 1000
    segments_a_day: int = 6000

    def counts(self, territory: str, now: datetime, segments: int) -> tuple[Count, ...]:
        """What a code of so many segments takes, always in this order: codes of the day, then segments."""
        return (
            Count("territory", territory, self.territory_a_day, 1),
            Count("departement", "", self.departement_a_day, 1),
            Count("segments-hour", f"{now.astimezone(PARIS):%H%z}", self.segments_an_hour, segments),
            Count("segments-day", "", self.segments_a_day, segments),
        )
