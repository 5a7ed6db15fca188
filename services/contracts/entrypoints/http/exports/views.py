"""What an export by API holds: the same as the files, in fields."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class _Person(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    dossier_id: UUID
    organisme: str
    numero_organisme: str
    matricule: str
    civilite: str
    nom_naissance: str
    nom_usage: str | None
    prenoms: tuple[str, ...]
    date_naissance: date
    territory: str
    referent_id: str | None
    referent_name: str | None


class ExportedCer(_Person):
    """A CER, without its texts. Instants are UTC."""

    cer_id: UUID
    numero: int
    nature: str
    state: str
    priority: str | None
    date_signature: date | None
    date_debut: date | None
    date_fin: date | None
    dernier_contrat: bool
    submission: int
    submitted_at: datetime | None
    decided_at: datetime | None


class ExportedDossier(_Person):
    """A dossier; from `numero` on, its last CER."""

    adresse: tuple[str, ...]
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


class ExportedCers(BaseModel):
    """A page: it may hold fewer than it looked at, down to none; the export ends where `next` is null."""

    cers: list[ExportedCer]
    next: str | None


class ExportedDossiers(BaseModel):
    """A page: it may hold fewer than it looked at, down to none; the export ends where `next` is null."""

    dossiers: list[ExportedDossier]
    next: str | None
