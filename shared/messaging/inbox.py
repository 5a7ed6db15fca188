"""Each event takes effect once: its inbox row, the reaction's changes and its own events are one transaction.

A reaction that fails is rolled back whole, and a second transaction parks the event beside its inbox row. There is no
savepoint: it would cost two round trips for every event to serve the few that are parked.
"""

import asyncio
import random
import time
from collections.abc import Iterable

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.database.away import is_away
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.envelope import Event
from shared.kernel.errors import RaceLost, Refusal
from shared.messaging import inbox_rows
from shared.messaging.delivery import Delivery
from shared.messaging.endings import Ending, Erased
from shared.messaging.failpoints import failpoint
from shared.messaging.inbox_rows import ParkReason
from shared.messaging.reactions import Reaction
from shared.telemetry import metrics
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

HEADER_NOT_UTF8 = "header-not-utf8"
# Races end in a few tries; what still fails then is not a race, and an operator must see it.
RACE_TRIES = 12
MAX_RACE_PAUSE_SECONDS = 0.3
MAX_PAUSE_SECONDS = 5.0


class Park(Exception):  # noqa: N818 - it names what happens to the event
    """The event cannot take effect as it is."""

    def __init__(self, reason: ParkReason) -> None:
        super().__init__(reason.code)
        self.reason = reason


class Inbox:
    """Handles the deliveries of one consumer. `handle` returns only when the event is dealt with, whatever it takes."""

    def __init__(self, consumer: str, database: Database, reactions: Iterable[Reaction]) -> None:
        self.consumer = consumer
        self._database = database
        self._reactions = {reaction.event.ce_type(): reaction for reaction in reactions}

    async def handle(self, delivery: Delivery) -> str:
        """Deals with one message and names how it ended: `done`, `seen`, `waiting`, `stale`, `erased`, `parked` or
        `ignored`.
        """
        started = time.perf_counter()
        ending = await self._settle(delivery)
        known = delivery.type if delivery.type in self._reactions else "other"
        metrics.EVENTS.labels(self.consumer, known, ending).inc()
        metrics.REACTION_SECONDS.labels(self.consumer).observe(time.perf_counter() - started)
        return ending

    async def _settle(self, delivery: Delivery) -> str:
        tries, pause = 0, 0.02
        while True:
            try:
                return await self._attempt(delivery)
            except (RaceLost, IntegrityError) as error:
                tries += 1
                if tries < RACE_TRIES:
                    pause = min(await self._pause(pause, "race"), MAX_RACE_PAUSE_SECONDS)
                    continue
                failure = ParkReason("race-not-settled", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - whatever escaped from here would be skipped by the reader
                if is_away(error):
                    log.warning("inbox.database_away", consumer=self.consumer, error=type(error).__name__)
                    pause = await self._pause(pause, "database")
                    continue
                failure = self._reason(error, delivery)
            try:
                return await self._park(delivery, failure)
            except (DBAPIError, PoolTimeoutError, OSError, TimeoutError) as error:
                log.warning("inbox.database_away", consumer=self.consumer, error=type(error).__name__)
                pause = await self._pause(pause, "database")

    async def _pause(self, pause: float, cause: str) -> float:
        metrics.RETRIES.labels(self.consumer, cause).inc()
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
        return min(pause * 2, MAX_PAUSE_SECONDS)

    def _reason(self, error: Exception, delivery: Delivery) -> ParkReason:
        """Why the event is parked. A refusal here came while the reaction's own events were stored: one too large."""
        if isinstance(error, Park):
            return error.reason
        if isinstance(error, Refusal):
            return ParkReason(error.code, error.detail)
        if isinstance(error, DBAPIError):
            return ParkReason("unexpected", type(error.orig).__name__)
        log.error("inbox.unexpected", consumer=self.consumer, type=delivery.type, exc_info=error)
        return ParkReason("unexpected", type(error).__name__)

    async def _attempt(self, delivery: Delivery) -> str:
        event_id = delivery.event_id
        if delivery.type is not None and not delivery.bad_headers and delivery.type not in self._reactions:
            return "ignored"
        if event_id is None or delivery.bad_headers or delivery.type is None:
            raise Park(_undecodable(delivery))
        reaction = self._reactions[delivery.type]
        async with self._database.begin() as uow:
            entered = await inbox_rows.enter(uow.session, self.consumer, event_id, delivery, ordered=reaction.ordered)
            if not entered.fresh:
                return "seen"
            if entered.erased and not reaction.even_erased:
                await inbox_rows.note(uow.session, self.consumer, event_id, Erased())
                return Erased().name
            if entered.held:
                behind = ParkReason("held-back", "an earlier event of the same aggregate is parked")
                await inbox_rows.park(uow.session, self.consumer, delivery, behind, ordered=True)
                return "parked"
            ending = await self.react(reaction, delivery, uow)
            if ending is not None:
                await inbox_rows.note(uow.session, self.consumer, event_id, ending)
        failpoint("inbox:committed-not-acknowledged")
        return ending.name if ending is not None else "done"

    async def react(self, reaction: Reaction, delivery: Delivery, uow: UnitOfWork) -> Ending | None:
        """Reads the event and calls its reaction. Raises Park, or what is to be tried again."""
        event = read_event(reaction.event, delivery)
        try:
            return await reaction.act(event, uow)
        except RaceLost:
            raise
        except Refusal as refusal:
            raise Park(ParkReason(refusal.code, refusal.detail)) from refusal
        except (DBAPIError, PoolTimeoutError, OSError, TimeoutError):
            raise
        except Exception as error:
            log.exception("inbox.unexpected", consumer=self.consumer, type=delivery.type)
            raise Park(ParkReason("unexpected", type(error).__name__)) from error

    def reaction_to(self, event_type: str | None) -> Reaction | None:
        """The reaction bound to a type, for replays."""
        return self._reactions.get(event_type or "")

    async def _park(self, delivery: Delivery, reason: ParkReason) -> str:
        reaction = self.reaction_to(delivery.type)
        ordered = reaction is not None and reaction.ordered and delivery.event_id is not None
        async with self._database.begin() as uow:
            if delivery.event_id is not None and not await inbox_rows.enter_only(
                uow.session, self.consumer, delivery.event_id
            ):
                return "seen"
            heeds = reaction is None or not reaction.even_erased
            if heeds and await inbox_rows.is_erased(uow.session, delivery.key):
                return Erased().name
            await inbox_rows.park(uow.session, self.consumer, delivery, reason, ordered=ordered)
        log.error(
            "inbox.parked",
            consumer=self.consumer,
            code=reason.code,
            type=delivery.type,
            topic=delivery.topic,
            partition=delivery.partition,
            offset=delivery.offset,
        )
        return "parked"


def read_event(kind: type[Event], delivery: Delivery) -> Event:
    """The event of a delivery. Raises Park with the fields that do not fit, never with their values."""
    if delivery.value is None:
        raise Park(ParkReason("null-value", "a message without a value"))
    try:
        return kind.read(delivery.value)
    except ValidationError as error:
        fields = sorted({".".join(str(part) for part in problem["loc"]) or "(document)" for problem in error.errors()})
        code = "not-json" if any(problem["type"] == "json_invalid" for problem in error.errors()) else "schema"
        raise Park(ParkReason(code, ", ".join(fields))) from None


def _undecodable(delivery: Delivery) -> ParkReason:
    if delivery.bad_headers:
        return ParkReason(HEADER_NOT_UTF8, ", ".join(delivery.bad_headers))
    return ParkReason("no-ce-type" if delivery.type is None else "no-ce-id", "not a CloudEvent of ours")
