"""The period that figures are about: legal dates, both included."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.kernel.clock import PARIS
from shared.kernel.errors import FieldProblem, Invalid

MOST_DAYS = 3_660
USUAL_DAYS = 365


class PeriodIncoherent(Invalid):
    """It ends before it begins, or is longer than what is kept."""

    code = "period-incoherent"
    title = "Période incohérente"


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included (Europe/Paris)."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The first instant of the first day."""
        return datetime.combine(self.first, time(), PARIS)

    @property
    def ends(self) -> datetime:
        """The instant after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time(), PARIS)


def period(first: date | None, last: date | None, today: date) -> Period:
    """The period asked for; without an end until today, without a beginning for a year. Raises PeriodIncoherent."""
    last = last or max(today, first or today)
    first = first or last - timedelta(days=USUAL_DAYS - 1)
    if last < first:
        raise _incoherent("to", "La période finit avant de commencer : inversez les dates.")
    if (last - first).days >= MOST_DAYS or not date(2000, 1, 1) <= first <= last <= date(2200, 1, 1):
        raise _incoherent("from", "Choisissez une période de dix ans au plus.")
    return Period(first, last)


def _incoherent(field: str, detail: str) -> PeriodIncoherent:
    return PeriodIncoherent(detail, [FieldProblem(field, "incoherent", detail)])
