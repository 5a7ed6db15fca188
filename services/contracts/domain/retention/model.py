"""The limit of conservation (RGPD art. 5(1)(e)): the active base, then the archive, then nothing.

The last event of a dossier is the latest of: its registration, every line of its history and of its CERs', its
scanned files, the end of a CER, and the last time that a file named the person.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Then(StrEnum):
    """What becomes of a dossier whose time in the active base is over."""

    ARCHIVE = "archive"
    ERASE = "erase"


@dataclass(frozen=True)
class Policy:
    """`months` in the active base after the last event, then `then`; an archive keeps `archive_months` more."""

    months: int
    then: Then
    archive_months: int

    def active_since(self, now: datetime) -> datetime:
        """A dossier whose last event is older leaves the active base."""
        return months_before(now, self.months)

    def keep_until(self, now: datetime) -> datetime:
        """When the archive of a dossier that is archived now ends."""
        return months_before(now, -self.archive_months)


@dataclass(frozen=True)
class Candidate:
    """A dossier whose time is over: ids and dates only."""

    dossier_id: UUID
    version: int
    last_event_at: datetime
    then: Then
    archived: bool = False


@dataclass(frozen=True)
class Hold:
    """Why a dossier is kept whatever its age."""

    reason: str
    set_by: str
    set_at: datetime
    lifted_by: str | None = None
    lifted_at: datetime | None = None


def months_before(instant: datetime, months: int) -> datetime:
    """The same day of an earlier month, or its last day: 31 August less six months is 28 February."""
    index = instant.year * 12 + instant.month - 1 - months
    year, month = divmod(index, 12)
    return instant.replace(year=year, month=month + 1, day=min(instant.day, monthrange(year, month + 1)[1]))
