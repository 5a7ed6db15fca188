"""Who a CER is between, as its events show them: the person and their référent, and the Département by its texts."""

from dataclasses import dataclass
from datetime import date

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
    """What the evidence of a signature has to show about the number that receives the code.

    `since`: the legal date on which it was entered, where that is known.
    """

    entered_today: bool
    shared: bool
    is_agents: bool
    since: date | None = None
