"""How many codes may leave in a day, and what SMS may cost before none leaves: the figures of a site."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ceilings:
    """Codes a day; segments of SMS, which are what is paid, an hour and a day. Days and hours are those of Paris."""

    territory_a_day: int = 500
    departement_a_day: int = 3000
    segments_an_hour: int = 1000
    segments_a_day: int = 6000
