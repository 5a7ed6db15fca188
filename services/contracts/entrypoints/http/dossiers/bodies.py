"""What agents send of dossiers."""

import re
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.application.ports import Filter
from services.contracts.domain.dossiers.search import read_date
from services.contracts.entrypoints.http.bodies import Body, Line
from shared.kernel.errors import FieldProblem, Invalid


class DossiersQuery(Body):
    """Which dossiers are asked for, among those that the agent sees: a list by name, or with `q` the best answers."""

    q: Line | None = Field(
        default=None,
        min_length=2,
        description="As typed: names in any order, a date of birth, a matricule, a telephone; mistypings are forgiven",
        examples=["dupont jean 02/07/1971", "0012345", "06 39 98 00 01"],
    )
    matricule: str | None = Field(
        default=None,
        pattern=r"^[0-9][0-9 .]{0,25}[A-Za-z]?$",
        description="As people write it; the zeros around it only count when one is kept exactly so",
    )
    name: Line | None = Field(default=None, min_length=2, description="Start of the birth name or married name")
    birth: Line | None = Field(default=None, description="Date of birth, 02/07/1971 or 1971-07-02")
    organisme: Literal["CAF", "MSA"] | None = None
    territory: Line | None = None
    referent: Line | None = Field(default=None, description="Agent who accompanies the person")
    after: UUID | None = Field(default=None, description="The last dossier of the page before (`next`); not with `q`")
    limit: int = Field(default=50, ge=1, le=200)

    def filter(self) -> Filter:
        """As the queries take it. Raises Invalid for a date that is none, or for what does not go with `q`."""
        if self.q is not None and (self.after is not None or self.name is not None):
            field = "after" if self.after is not None else "name"
            raise Invalid(
                "Une recherche libre donne ses meilleures réponses en une page : précisez-la plutôt que d'en demander "
                "la suite, et mettez le nom dans la recherche.",
                [FieldProblem(field, "not-with-q", "Ne va pas avec `q`.")],
            )
        return Filter(
            matricule=re.sub(r"[^0-9]", "", self.matricule) if self.matricule else None,
            name_prefix=self.name,
            birth=read_date(self.birth, "birth") if self.birth else None,
            organisme=self.organisme,
            territory=self.territory,
            referent=self.referent,
        )


class ContactIn(Body):
    """Mail and telephone as they are now: null erases."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"mail": "jeanne@example.org", "telephone": "06 39 98 00 01"}]}
    )

    mail: Line | None
    telephone: Line | None


class ReferentIn(Body):
    """Who accompanies the person from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"referent_id": "referent-nord"}]})

    referent_id: Line = Field(min_length=1)
