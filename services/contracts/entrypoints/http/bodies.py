"""What agents send."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.contracts.application.commands.cers import Input
from services.contracts.application.ports import Filter
from services.contracts.domain.accord import Tick
from services.contracts.domain.draft import Numero, Writing, plain_text
from services.contracts.entrypoints.http.examples import CER

Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]*$", max_length=300)]
Note = Annotated[str, Field(max_length=2_000), AfterValidator(plain_text)]


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError("blank")
    return text


Words = Annotated[str, Field(max_length=2_000), AfterValidator(plain_text), AfterValidator(_not_blank)]


class Body(BaseModel):
    """Nothing that is not expected is accepted."""

    model_config = ConfigDict(extra="forbid")


class DossiersQuery(Body):
    """Which dossiers are asked for, among those that the agent sees."""

    matricule: str | None = Field(default=None, pattern=r"^[0-9]{1,15}$", description="As written, zeros included")
    name: Line | None = Field(default=None, min_length=2, description="Start of the birth name or married name")
    territory: Line | None = None
    after: UUID | None = Field(default=None, description="The last dossier of the page before (`next`)")
    limit: int = Field(default=50, ge=1, le=200)

    def filter(self) -> Filter:
        """As the queries take it."""
        return Filter(matricule=self.matricule, name_prefix=self.name, territory=self.territory)


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


class CerIn(Writing):
    """What the référent writes: a draft may be incomplete. Submission and signature tell all that is missing."""

    model_config = ConfigDict(json_schema_extra={"examples": [CER]})

    numero: Numero | None = Field(default=None, description="Proposed: the last one + 1")
    accord: Tick = Field(default=Tick.NC, description="The check-box; `nc` while a signature by SMS is to follow")
    note: Note | None = Field(default=None, description="For the insertion service; null leaves the one that is kept")

    def input(self) -> Input:
        """As the commands take it."""
        return Input(self, self.numero, self.accord, self.note)


class ReasonIn(Body):
    """Why, on the record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "La date de début était fausse."}]})

    reason: Words


class DernierContratIn(Body):
    """Whether this CER is the last one: no renewal alert."""

    dernier_contrat: bool
