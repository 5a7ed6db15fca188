"""Commission sessions of made-up people."""

from typing import Any
from uuid import UUID, uuid4

from services.validation.domain.sessions.model import Session
from services.validation.domain.sessions.parts import Act, Member, Plan, Said, SessionOpinion, Subject
from shared.events.blocks import AgentCard, DecisionText
from shared.events.sealed import seal
from tests.builders import events
from tests.builders.session_events import SITS_AT
from tests.builders.validation import INSERTION

ACT = Act(INSERTION, SITS_AT)


def member(agent_id: str | None = "member-1", **changes: Any) -> Member:
    """Who sits."""
    card = AgentCard(agent_id=agent_id or "", full_name="Sacha Volane", quality="Mission locale")
    return Member(uuid4(), agent_id, seal(card), **changes)


def subject(**changes: Any) -> Subject:
    """A CER that waits for a commission."""
    fields: dict[str, Any] = {
        "study_id": uuid4(),
        "cer_id": uuid4(),
        "dossier_id": uuid4(),
        "territory": "aubenas",
        "referent_id": events.REFERENT_ID,
        "submission": 1,
        "numero": 1,
        "nature": "premier",
        "requests": ("commission",),
        "identity": seal(events.identity()),
        "referent": seal(events.referent_card()),
    }
    return Subject(**{**fields, **changes})


def session(kind: str = "ep", members: int = 3) -> Session:
    """A session in preparation, without a CER."""
    sitting = [member(f"member-{number}", chair=number == 0) for number in range(members)]
    return Session.prepare(uuid4(), (kind, "EP"), Plan(SITS_AT, "Aubenas"), sitting, ACT)


def convened(cers: int = 1) -> Session:
    """A session whose members read the files of so many CERs."""
    made = session()
    made.add_all([subject() for _ in range(cers)], ACT)
    made.convene(ACT)
    return made


def opened(cers: int = 1, quorum: int = 0) -> Session:
    """A session with all its members present."""
    made = convened(cers)
    made.open([one.id for one in made.members], quorum, ACT)
    return made


def said(opinion: SessionOpinion = SessionOpinion.FAVORABLE) -> Said:
    """An opinion without votes."""
    return Said(opinion, None, DecisionText(comment="La personne a été entendue."))


def studies(made: Session) -> list[UUID]:
    """The agenda."""
    return [one.subject.study_id for one in made.live]
