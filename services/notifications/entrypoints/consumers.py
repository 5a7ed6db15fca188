"""What notifications listens to. Messages do not wait for one another: an event that cannot take effect parks alone."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from services.notifications.adapters.holdings import HOLDINGS
from services.notifications.adapters.tables import message
from services.notifications.application import reactions
from services.notifications.application.commands.making import Making
from services.notifications.domain.plan import PLAN
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.erasure.hearing import Forgetting
from shared.events.contracts import AgentChanged
from shared.events.notifications import MessagesErased
from shared.events.sessions import SessionCancelled, SessionChanged, SessionClosed, SessionConvened
from shared.events.signature import SignatureProlonged
from shared.events.topics import CERS, DOCUMENTS, REFERENCE, SIGNATURE, SNAPSHOT, VALIDATION, Topic
from shared.events.validation import StudyAgeing
from shared.messaging.consumer import Consumer
from shared.messaging.endings import Ending
from shared.messaging.reactions import on
from shared.places.following import Places

# A closed one too: what came before it, and is heard later, tells nobody.
SESSIONS = (SessionConvened, SessionChanged, SessionClosed, SessionCancelled)
TOPICS: dict[str, Topic] = {"cer": CERS, "signature": SIGNATURE, "documents": DOCUMENTS}

FORGETTING = Forgetting(HOLDINGS, MessagesErased)

PLACES = Places((message,))


def consumers(database: Database, making: Making) -> list[Consumer]:
    """The consumers of this service, one for each topic."""
    tell: Callable[[Any, UnitOfWork], Awaitable[Ending | None]] = partial(reactions.tell, making=making)
    prolonged = partial(reactions.signature_prolonged, making=making)
    heard = [on(SignatureProlonged, prolonged, ordered=False), *(on(event, tell, ordered=False) for event in PLAN)]
    telling = [
        Consumer(f"notifications.{name}", [topic], [one for one in heard if one.event.topic == topic], database)
        for name, topic in TOPICS.items()
    ]
    ageing = on(StudyAgeing, partial(reactions.study_ageing, making=making), ordered=False)
    convened = partial(reactions.session_heard, making=making)
    sessions = [on(event, convened, ordered=False) for event in SESSIONS]
    agents = on(AgentChanged, partial(reactions.agent_changed, making=making), ordered=False)
    return [
        *telling,
        Consumer("notifications.validation", [VALIDATION], [ageing, *sessions], database),
        Consumer("notifications.directory", [REFERENCE], [agents], database),
        Consumer("notifications.snapshot", [SNAPSHOT], PLACES.bound_to_snapshots(), database),
        FORGETTING.consumer("notifications", database, PLACES.bound()),
    ]
