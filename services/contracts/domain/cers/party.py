"""Who a CER is between, as its events show them."""

from dataclasses import dataclass

from shared.events.blocks import AgentCard, Identity


@dataclass(frozen=True)
class Party:
    """The person and their référent when an event is made, and the territory they belong to."""

    identity: Identity
    territory: str
    referent: AgentCard


@dataclass(frozen=True)
class PhoneFlags:
    """What the evidence of a signature has to show about the number that receives the code."""

    entered_today: bool
    shared: bool
    is_agents: bool
