"""The blocks of personal data, and who may open each (the keys are given out accordingly).

| block | readers |
|---|---|
| `identity` | validation, signature, documents, notifications, renewals |
| `content` | documents |
| `decision` | contracts, documents, notifications |
| `reason` | contracts, notifications |
| `agent` | all |
| `contact` | contracts |

Never in any block: one-time codes, links, NIR, the note of the commentaire.
"""

from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.events.sealed import Block

READERS: dict[str, frozenset[str]] = {
    "identity": frozenset({"validation", "signature", "documents", "notifications", "renewals"}),
    "content": frozenset({"documents"}),
    "decision": frozenset({"contracts", "documents", "notifications"}),
    "reason": frozenset({"contracts", "notifications"}),
    "agent": frozenset({"contracts", "validation", "signature", "documents", "notifications", "renewals"}),
    "contact": frozenset({"contracts"}),
}


class Part(BaseModel):
    """A piece of a block."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Identity(Block):
    """The person, as they stood when the event was made."""

    name: ClassVar[str] = "identity"

    civilite: str
    sexe: str
    nom_naissance: str
    nom_usage: str | None = None
    prenom: str
    date_naissance: date
    organisme: str
    matricule: str
    adresse: tuple[str, ...] = ()
    mail: str | None = None
    telephone: str | None = None


class Etape(Part):
    """A dated step of an objective."""

    label: str
    due: date | None = None
    done: bool = False


class Objective(Part):
    """What each side does, under a theme of the département's list. `diagnostics` are codes; their labels are shown."""

    theme: str
    theme_label: str
    person_does: str
    referent_does: str
    etapes: tuple[Etape, ...] = ()
    diagnostics: tuple[str, ...] = ()
    diagnostic_labels: tuple[str, ...] = ()


class CerContent(Block):
    """What an edition shows of the CER: never the commentaire, the priorité or the note référent."""

    name: ClassVar[str] = "content"

    nature: str
    date_signature: date
    date_debut: date
    date_demandee: date | None = None
    date_fin: date | None = None
    duree_mois: int | None = None
    weekly_hours: int | None = None
    weekly_hours_ground: str = ""
    situation: str
    evaluation: str
    objectives: tuple[Objective, ...]
    expression: str
    accord: str
    accord_origin: str | None = None


class DecisionText(Block):
    """What was decided, in words. The note référent is for the référent alone: in no edition."""

    name: ClassVar[str] = "decision"

    comment: str
    motives: tuple[str, ...] = ()
    note_referent: str = ""


class Reason(Block):
    """Why a thing was returned, refused or reopened."""

    name: ClassVar[str] = "reason"

    text: str
    missing: tuple[str, ...] = ()


class AgentCard(Block):
    """An agent, as letters and mails name them."""

    name: ClassVar[str] = "agent"

    agent_id: str
    full_name: str
    mail: str | None = None
    quality: str


class ContactPoint(Block):
    """A mail address, a number or a postal address at which the person was not reached."""

    name: ClassVar[str] = "contact"

    address: str


BLOCKS: tuple[type[Block], ...] = (Identity, CerContent, DecisionText, Reason, AgentCard, ContactPoint)
