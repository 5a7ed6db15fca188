"""What agents send of dossiers."""

import re
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from services.contracts.application.commands.dossiers import Reach
from services.contracts.application.commands.identity import NewDossier
from services.contracts.application.ports import Filter
from services.contracts.domain.dossiers.household import Household, Person, plain
from services.contracts.domain.dossiers.model import Keep, Orientation
from services.contracts.domain.dossiers.search import read_date
from services.contracts.entrypoints.http.bodies import Body, Line
from shared.kernel.errors import FieldProblem, Invalid

IDENTITY: dict[str, Any] = {
    "civilite": "Mme",
    "sexe": "F",
    "nom_naissance": "ESSAI",
    "nom_usage": "EXEMPLE",
    "prenoms": ["Jeanne"],
    "date_naissance": "1990-04-05",
    "adresse": ["1 rue de l'Exemple", "07200 Aubenas"],
    "situation_familiale": "Célibataire",
    "date_entree_rsa": "2024-09-01",
}


def _with_a_letter(name: str) -> str:
    if not plain(name):
        raise ValueError("no-letter")
    return name


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
    """Mail and telephone as they are now: null erases. `fixe`, a landline beside, stays when it is not said."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"mail": "jeanne@example.org", "telephone": "06 39 98 00 01"}]}
    )

    mail: Line | None
    telephone: Line | None
    fixe: Line | None = None

    def reach(self) -> Reach:
        """As the command takes it."""
        said = "fixe" in self.model_fields_set
        return Reach(self.mail, self.telephone, self.fixe if said else Keep.IT)


Name = Annotated[Line, Field(min_length=1, max_length=100), AfterValidator(_with_a_letter)]


class IdentityIn(Body):
    """The person as they are: what is null is unknown."""

    model_config = ConfigDict(json_schema_extra={"examples": [IDENTITY]})

    civilite: Literal["Mme", "M."]
    sexe: Literal["F", "M"]
    nom_naissance: Name
    nom_usage: Name | None
    prenoms: Annotated[list[Name], Field(min_length=1, max_length=5)]
    date_naissance: date = Field(ge=date(1900, 1, 1))
    adresse: Annotated[list[Annotated[Line, Field(min_length=1)]], Field(max_length=7)]
    situation_familiale: Line | None
    date_entree_rsa: date | None = Field(ge=date(1988, 12, 1), description="RMI, then RSA: not before December 1988")

    def person(self) -> Person:
        """As the domain has it: a married name is another than the birth name."""
        values = self.model_dump(include=set(IdentityIn.model_fields))
        usage = self.nom_usage if plain(self.nom_usage or "") != plain(self.nom_naissance) else None
        return Person(**values | {"nom_usage": usage, "prenoms": tuple(self.prenoms), "adresse": tuple(self.adresse)})


class HouseholdIn(Body):
    """The household as the organisme numbers it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"organisme": "CAF", "numero_organisme": "071", "matricule": "0012345"}]}
    )

    organisme: Literal["CAF", "MSA"]
    numero_organisme: str = Field(pattern=r"^[0-9A-Z]{1,3}$")
    matricule: str = Field(pattern=r"^[0-9]{1,15}$", description="As written, zeros included")

    def household(self) -> Household:
        """As the domain has it."""
        return Household(self.organisme, self.numero_organisme, self.matricule)


class DossierIn(IdentityIn):
    """A person whom the flow does not name yet. Without a matricule, a provisional one holds meanwhile."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**IDENTITY, "organisme": "CAF", "numero_organisme": "071"}]}
    )

    organisme: Literal["CAF", "MSA"]
    numero_organisme: str = Field(pattern=r"^[0-9A-Z]{1,3}$")
    matricule: str | None = Field(default=None, pattern=r"^[0-9]{1,15}$", description="As written, zeros included")
    territory: Line | None = Field(default=None, description="The agent's own when it is not said")
    mail: Line | None = None
    telephone: Line | None = None
    fixe: Line | None = None

    def new(self) -> NewDossier:
        """As the command takes it."""
        reach = Reach(self.mail, self.telephone, self.fixe)
        return NewDossier(self.organisme, self.numero_organisme, self.matricule, self.person(), self.territory, reach)


class TerritoryIn(Body):
    """Where the person is followed from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"territory": "nord"}]})

    territory: Line = Field(min_length=1)


class OrientationIn(Body):
    """The orientation that was decided, and since when it holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"orientation": "sociale", "since": "2026-03-01"}]})

    orientation: Orientation
    since: date = Field(ge=date(1988, 12, 1))


class HistoryQuery(Body):
    """Which page of a history."""

    after: int = Field(default=0, ge=0, le=2**62, description="`next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)


class ReferentIn(Body):
    """Who accompanies the person from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"referent_id": "referent-nord"}]})

    referent_id: Line = Field(min_length=1)
