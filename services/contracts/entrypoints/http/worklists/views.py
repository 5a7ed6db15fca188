"""What agents get back of the lists of CERs: states and dates, never a text of a CER."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.contracts.application.ports.worklists import CerRow
from services.contracts.domain.cers.accord import Accord
from services.contracts.entrypoints.http.cers.views import CerLine, SigningView

_PLAIN = (
    "id",
    "version",
    "numero",
    "nature",
    "state",
    "date_signature",
    "date_debut",
    "date_fin",
    "dernier_contrat",
    "priority",
    "dossier_id",
    "submission",
    "since",
    "decided_at",
    "territory",
    "referent_id",
)


class PersonLine(BaseModel):
    """Who the CER is about, as far as a list shows it."""

    nom_naissance: str
    nom_usage: str | None
    prenoms: tuple[str, ...]
    organisme: str
    matricule: str


class WorkLine(CerLine):
    """A CER in a list. `since`: when it was submitted or, before that, created; `decided_at` (both UTC)."""

    dossier_id: UUID
    submission: int
    since: datetime
    decided_at: datetime | None
    territory: str
    referent_id: str | None
    person: PersonLine

    @classmethod
    def of_row(cls, row: CerRow) -> Self:
        """The line of a CER that was found."""
        return cls.model_validate(
            {name: getattr(row, name) for name in _PLAIN}
            | {
                "accord": Accord(row.accord).value_shown,
                "signing": SigningView(
                    state=row.signing, attempt=row.attempt, deadline=row.signing_deadline, ending=row.signing_ending
                ),
                "person": PersonLine.model_validate(row, from_attributes=True),
            }
        )


class WorkPage(BaseModel):
    """A page of CERs; `next` is the `after` of the page that follows."""

    cers: list[WorkLine]
    next: str | None


class StateCount(BaseModel):
    """How many CERs stand in a state; `more` when there are more than `count`."""

    state: str
    count: int
    more: bool


class WorkCounts(BaseModel):
    """The numbers of a home page, in the order of a CER's life."""

    counts: list[StateCount]
