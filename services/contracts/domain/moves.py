"""What happened to a CER, one accepted move at a time: who, when, what."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.contracts.domain.cers.states import State


@dataclass(frozen=True)
class Act:
    """Who acts, and when (UTC). `by` is an agent's id, or `service:<name>` when a service's event is the cause.

    `on_behalf_of`, in what is read back: the référent whom they replaced.
    """

    by: str
    at: datetime
    on_behalf_of: str | None = None


@dataclass(frozen=True)
class Move:
    """One line of a CER's history. `details` holds codes and numbers only; words stand in `reason`."""

    verb: str
    from_state: State | None
    to_state: State
    act: Act
    details: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
