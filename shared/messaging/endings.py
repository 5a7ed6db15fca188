"""How a reaction can end when it does not simply succeed, besides a retry.

*Wait*: the event came before its prerequisite; its half is stored and the other half will act. *Stale*: it belongs to
a superseded attempt or submission; history only. *Park*: raised as a `Refusal`, it waits for an operator. *Retry* is
the inbox's own affair: a lost race or a lost connection starts the reaction again from the top.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Waiting:
    """The reaction stored its half. `reason` is a short English slug, without personal data."""

    reason: str
    name: Literal["waiting"] = "waiting"


@dataclass(frozen=True)
class Stale:
    """The event belongs to something superseded. `reason` is a short English slug, without personal data."""

    reason: str
    name: Literal["stale"] = "stale"


@dataclass(frozen=True)
class Erased:
    """The person whom the event is about was erased: nothing of it is kept, not even parked."""

    reason: str = "person-erased"
    name: Literal["erased"] = "erased"


Ending = Waiting | Stale | Erased
