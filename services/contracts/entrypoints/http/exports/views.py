"""Pages of an export by API: the same rows as the files, in fields."""

from pydantic import BaseModel

from services.contracts.application.ports.exports import ExportedCer, ExportedDossier


class ExportedCers(BaseModel):
    """A page: it may hold fewer than it looked at, down to none; the export ends where `next` is null."""

    cers: list[ExportedCer]
    next: str | None


class ExportedDossiers(BaseModel):
    """A page: it may hold fewer than it looked at, down to none; the export ends where `next` is null."""

    dossiers: list[ExportedDossier]
    next: str | None
