"""What notifications listens to. Messages do not wait for one another: an event that cannot take effect parks alone."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from services.notifications.adapters.holdings import HOLDINGS
from services.notifications.adapters.tables import message
from services.notifications.application import reactions
from services.notifications.application.ports import MessagesOf
from services.notifications.domain.plan import PLAN
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.erasure.hearing import Forgetting
from shared.events.notifications import MessagesErased
from shared.events.topics import CERS, DOCUMENTS, SIGNATURE, SNAPSHOT, Topic
from shared.kernel.clock import Clock
from shared.messaging.consumer import Consumer
from shared.messaging.endings import Ending
from shared.messaging.reactions import on
from shared.places.following import Places
from shared.security.sealing import KeyRing

TOPICS: dict[str, Topic] = {"cer": CERS, "signature": SIGNATURE, "documents": DOCUMENTS}

FORGETTING = Forgetting(HOLDINGS, MessagesErased)

PLACES = Places((message,))


def consumers(database: Database, messages_of: MessagesOf, keys: KeyRing, clock: Clock) -> list[Consumer]:
    """The consumers of this service, one for each topic."""
    tell: Callable[[Any, UnitOfWork], Awaitable[Ending | None]] = partial(
        reactions.tell, messages_of=messages_of, keys=keys, clock=clock
    )
    telling = [
        Consumer(
            f"notifications.{name}",
            [topic],
            [on(event, tell, ordered=False) for event in PLAN if event.topic == topic],
            database,
        )
        for name, topic in TOPICS.items()
    ]
    return [
        *telling,
        Consumer("notifications.snapshot", [SNAPSHOT], PLACES.bound_to_snapshots(), database),
        FORGETTING.consumer("notifications", database, PLACES.bound()),
    ]
