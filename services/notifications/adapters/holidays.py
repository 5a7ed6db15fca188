"""French bank holidays (Code du travail, art. L3133-1; L3134-13 for Alsace-Moselle; L3422-2 overseas)."""

from datetime import date
from functools import cache

import holidays

# The library calls the Bas-Rhin and the Haut-Rhin by the code of the collectivité that they form.
_SUBDIVISIONS = {"67": "6AE", "68": "6AE"} | {code: code for code in ("57", "971", "972", "973", "974", "976")}


class BankHolidays:
    """Of metropolitan France, or of a part that has others (`57`, `67`, `68`, `971`…: INSEE's codes)."""

    def __init__(self, departement: str = "") -> None:
        subdivision = _SUBDIVISIONS.get(departement)
        self._known = holidays.country_holidays("FR", subdiv=subdivision)
        self._is_holiday = cache(self._looked_up)

    def __call__(self, day: date) -> bool:
        return self._is_holiday(day)

    def _looked_up(self, day: date) -> bool:
        return day in self._known
