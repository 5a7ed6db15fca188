"""Who a CER is between, as its events show them: the person and their référent, and the Département by its texts."""

from dataclasses import dataclass

from services.contracts.domain.reference.snapshot import Reference
from shared.events.blocks import AgentCard, Identity


@dataclass(frozen=True)
class Party:
    """The person and their référent when an event is made, their territory, the Département's lists and texts."""

    identity: Identity
    territory: str
    referent: AgentCard
    reference: Reference


@dataclass(frozen=True)
class PhoneFlags:
    """What the evidence of a signature has to show about the number that receives the code."""

    entered_today: bool
    shared: bool
    is_agents: bool
