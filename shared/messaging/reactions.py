"""Which function reacts to which event."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.database.unit_of_work import UnitOfWork
from shared.events.envelope import Event
from shared.messaging.endings import Ending

EventT = TypeVar("EventT", bound=Event)


@dataclass(frozen=True)
class Reaction:
    """What a service does when it hears of an event, in the transaction of the inbox.

    `ordered`: once an event of a key is parked, later events of that key wait behind it for this consumer, until an
    operator replays or drops them in order. Renders and messages are not: each parks alone. `even_erased`: called also
    when the person was erased; only what tells of an erasure is.
    """

    event: type[Event]
    act: Callable[[Any, UnitOfWork], Awaitable[Ending | None]]
    ordered: bool
    even_erased: bool = False


def on(
    event: type[EventT],
    act: Callable[[EventT, UnitOfWork], Awaitable[Ending | None]],
    *,
    ordered: bool = True,
    even_erased: bool = False,
) -> Reaction:
    """Binds a reaction to an event."""
    return Reaction(event, act, ordered, even_erased)
