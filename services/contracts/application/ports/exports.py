"""What exports read: rows by id, a window at a time, so that no transaction stays open while a file is downloaded.

A row is also what an export by API answers with, field by field: its text is public documentation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.contracts.domain.exports.selection import CerDates


@dataclass(frozen=True)
class ExportedPerson:
    """Who it is about, and who accompanies them."""

    dossier_id: UUID
    organisme: str
    numero_organisme: str
    matricule: str
    civilite: str
    nom_naissance: str
    nom_usage: str | None
    prenoms: list[str]
    date_naissance: date
    territory: str
    referent_id: str | None
    referent_name: str | None


@dataclass(frozen=True)
class ExportedCer(ExportedPerson):
    """A CER, without its texts. Instants are UTC; the accord is `oui`, `nc` or `non`."""

    cer_id: UUID
    numero: int
    nature: str
    state: str
    priority: str | None
    accord: str
    date_signature: date | None
    date_debut: date | None
    date_fin: date | None
    dernier_contrat: bool
    submission: int
    submitted_at: datetime | None
    decided_at: datetime | None

    @property
    def dates(self) -> CerDates:
        """What a selection looks at."""
        return CerDates(self.state, self.date_signature, self.date_debut, self.date_fin, self.decided_at)


@dataclass(frozen=True)
class ExportedDossier(ExportedPerson):
    """A dossier; from `numero` on, its last CER."""

    adresse: list[str]
    mail: str | None
    telephone: str | None
    referent_since: date | None
    orientation: str | None
    date_entree_rsa: date | None
    numero: int | None
    nature: str | None
    state: str | None
    date_signature: date | None
    date_debut: date | None
    date_fin: date | None
    decided_at: datetime | None

    @property
    def dates(self) -> CerDates | None:
        """What a selection looks at."""
        if self.state is None:
            return None
        return CerDates(self.state, self.date_signature, self.date_debut, self.date_fin, self.decided_at)


class Exports(Protocol):
    """Reads windows: so many rows by id after this one, whatever a selection takes of them.

    No territory means all.
    """

    async def cers(self, territories: Sequence[str], after: UUID | None, limit: int) -> list[ExportedCer]:
        """CERs, deleted ones left out."""
        ...

    async def dossiers(self, territories: Sequence[str], after: UUID | None, limit: int) -> list[ExportedDossier]:
        """Dossiers, each with its last CER."""
        ...
