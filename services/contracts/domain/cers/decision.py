"""What was kept of a signature and of a decision: facts that other services told."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.blocks import AgentCard, DecisionText
from shared.events.files import FileRef
from shared.events.sealed import Sealed
from shared.kernel.errors import ImpossibleMove


class Proof(BaseModel):
    """The signature by SMS: what makes the accord opposable."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signature_id: UUID
    edition_id: UUID
    signed_at: datetime
    entered_by: str
    document: FileRef
    evidence: FileRef


def prolonged(proof: Proof | None, document: FileRef, evidence: FileRef) -> tuple[Proof, dict[str, str]]:
    """The proof with the longer of each file, in whatever order they are told, and the fingerprints that it replaces.

    A file that was stamped anew begins with the shorter one, and proves more. Raises ImpossibleMove.
    """
    if proof is None:
        raise ImpossibleMove("Ce CER n'est pas signé : il n'y a pas de preuve à prolonger.")
    former, longest = {}, {}
    for name, kept, told in (("document", proof.document, document), ("evidence", proof.evidence, evidence)):
        if told.size > kept.size:
            former[name], longest[name] = kept.sha256, told
    return proof.model_copy(update=longest), former


@dataclass(frozen=True)
class Decided:
    """A decision as told by validation: the words opened for the référent, the sealed ones to pass on.

    `date_debut` is the start that the chef de service arbitrated, if they did.
    """

    outcome: str
    path: str
    decided_at: datetime
    decided_by: str
    date_debut: date | None
    text: DecisionText
    sealed_text: Sealed[DecisionText]
    sealed_decider: Sealed[AgentCard]


class Decision(BaseModel):
    """The decision as contracts keeps it, for the référent to read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: str
    path: str
    decided_at: datetime
    decided_by: str
    comment: str
    motives: tuple[str, ...] = ()
    note_referent: str = ""

    @classmethod
    def of(cls, told: Decided) -> "Decision":
        """What is kept of a decision that validation told."""
        return cls(
            outcome=told.outcome,
            path=told.path,
            decided_at=told.decided_at,
            decided_by=told.decided_by,
            comment=told.text.comment,
            motives=told.text.motives,
            note_referent=told.text.note_referent,
        )
