"""What agents see of persons to be told apart."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.domain.dossiers.matching import Matching
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.entrypoints.http.bodies import Body
from services.contracts.entrypoints.http.dossiers.views import DossierLine


class MatchingsQuery(Body):
    """Which persons are asked for."""

    state: str = Field(default="open", pattern="^(open|same|another|ignored)$")
    after: UUID | None = Field(default=None, description="`next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)


class ResolutionIn(Body):
    """Who the person is: `same` as a candidate, `another` who gets a dossier, `ignored`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"decision": "same", "dossier_id": "01980000-0000-7000-8000-0000000000d1"},
                {"decision": "another", "dossier_id": None},
            ]
        }
    )

    decision: str = Field(pattern="^(same|another|ignored)$")
    dossier_id: UUID | None = None


class MatchingLine(BaseModel):
    """A person whom a file names, as the file has them."""

    id: UUID
    version: int
    organisme: str
    numero_organisme: str
    matricule: str
    nom_naissance: str
    nom_usage: str | None
    prenoms: tuple[str, ...]
    date_naissance: date
    adresse: tuple[str, ...]
    territory: str
    source: str
    line: int
    first_seen_at: datetime
    seen_at: datetime
    state: str
    dossier_id: UUID | None
    resolved_by: str | None
    resolved_at: datetime | None
    candidates: tuple[UUID, ...]

    @classmethod
    def of(cls, one: Matching) -> Self:
        """The line of one."""
        home, person = one.household, one.person
        return cls(
            id=one.id,
            version=one.version,
            organisme=home.organisme,
            numero_organisme=home.numero_organisme,
            matricule=home.matricule,
            nom_naissance=person.nom_naissance,
            nom_usage=person.nom_usage,
            prenoms=person.prenoms,
            date_naissance=person.date_naissance,
            adresse=person.adresse,
            territory=one.territory,
            source=one.source,
            line=one.line,
            first_seen_at=one.first_seen_at,
            seen_at=one.seen_at,
            state=one.state.value,
            dossier_id=one.dossier_id,
            resolved_by=one.act.by if one.act else None,
            resolved_at=one.act.at if one.act else None,
            candidates=one.candidates,
        )


class MatchingPage(BaseModel):
    """Persons to be told apart, the oldest first; `next` is the `after` of the page that follows."""

    matchings: list[MatchingLine]
    next: UUID | None


class MatchingView(BaseModel):
    """One of them, beside the dossiers that the person may be."""

    matching: MatchingLine
    dossiers: list[DossierLine]

    @classmethod
    def of(cls, one: Matching, dossiers: list[Dossier]) -> Self:
        """The person and the candidates."""
        return cls(matching=MatchingLine.of(one), dossiers=[DossierLine.of(dossier) for dossier in dossiers])
