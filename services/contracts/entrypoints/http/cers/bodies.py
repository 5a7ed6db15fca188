"""What agents send of CERs."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from services.contracts.application.commands.cers import Input
from services.contracts.domain.cers.accord import Tick
from services.contracts.domain.cers.draft import Numero, Writing, plain_text
from services.contracts.entrypoints.http.bodies import Body, Words
from services.contracts.entrypoints.http.cers.examples import CER

Note = Annotated[str, Field(max_length=2_000), AfterValidator(plain_text)]


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
