"""An erasure: the one trace that stays of a person. Ids, dates and codes, never a name.

Source: RGPD art. 17 (request of the person), art. 5(1)(e) (limit of conservation).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.events.contracts import DossierErased

# Those who hold something of a person, contracts itself included: its files go after its rows.
ASKED: tuple[str, ...] = ("contracts", "signature", "documents", "validation", "notifications")


class Ground(StrEnum):
    """Why a person is erased: a code, since the ledger keeps no text."""

    REQUEST = "demande"
    MISTAKE = "erreur"
    RETENTION = "conservation"
    ARCHIVE_TERM = "fin-archive"


@dataclass(frozen=True)
class Answer:
    """A service has nothing of the person any more."""

    answered_at: datetime
    version: int
    rows: int
    files: int


@dataclass(frozen=True)
class Erasure:
    """A line of the ledger. `version` is that of the last telling; an answer to an older one does not count."""

    number: int
    dossier_id: UUID
    cer_ids: tuple[UUID, ...]
    ground: Ground
    asked_by: str
    erased_at: datetime
    version: int
    answers: Mapping[str, Answer]

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The services that have not answered the last telling yet."""
        return tuple(
            service for service in ASKED if service not in self.answers or self.answers[service].version < self.version
        )

    def told(self) -> DossierErased:
        """What the others hear, at this version."""
        return DossierErased(
            aggregate_version=self.version,
            dossier_id=self.dossier_id,
            cer_ids=self.cer_ids,
            number=self.number,
            erased_at=self.erased_at,
        )


@dataclass(frozen=True)
class Plan:
    """What an erasure would delete here, by table; nothing was changed. `version` confirms it."""

    dossier_id: UUID
    version: int
    rows: Mapping[str, int]
    files: int
