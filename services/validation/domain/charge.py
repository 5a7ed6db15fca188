"""Who has a study in charge: an agent takes it, keeps it across its states, and releases it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.validation.domain.rules import AlreadyDecided
from services.validation.domain.states import State
from shared.events.blocks import AgentCard
from shared.events.sealed import Sealed
from shared.kernel.errors import Forbidden, Refusal


class StudyInCharge(Refusal):
    """One agent at a time: a colleague has it."""

    code = "study-in-charge"
    title = "Étude déjà suivie"


class StudyNotInCharge(Refusal):
    """Nobody has it, so nobody can release it."""

    code = "study-not-in-charge"
    title = "Étude suivie par personne"


class ChargeOfAnother(Forbidden):
    """Only its holder, or the chef de service, releases a study."""

    code = "charge-of-another"
    title = "Étude suivie par un collègue"


@dataclass(frozen=True)
class Charge:
    """One agent, one study, from an instant on."""

    study_id: UUID
    agent_id: str
    agent: Sealed[AgentCard]
    since: datetime


def may_take(held: Charge | None, state: State, agent_id: str) -> bool:
    """Whether a charge begins; False when the agent has it already. Raises AlreadyDecided, StudyInCharge."""
    if state is State.DECIDE:
        raise AlreadyDecided
    if held is None:
        return True
    if held.agent_id == agent_id:
        return False
    raise StudyInCharge(
        "Un collègue suit déjà cette étude : convenez avec lui qu'il la libère, ou demandez-le au chef de service."
    )


def may_release(held: Charge | None, agent_id: str, *, heads_service: bool) -> Charge:
    """The charge that ends. Raises StudyNotInCharge, ChargeOfAnother."""
    if held is None:
        raise StudyNotInCharge("Personne ne suit cette étude : il n'y a rien à libérer. Rechargez la liste.")
    if held.agent_id != agent_id and not heads_service:
        raise ChargeOfAnother("Seul l'agent qui suit cette étude, ou le chef de service, peut la libérer.")
    return held
