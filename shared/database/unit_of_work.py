"""One command or one reaction is one transaction, and what it tells the world is part of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events.envelope import Event
from shared.telemetry.traces import current_traceparent


@dataclass(frozen=True)
class Emitted:
    """An event and the trace that it was emitted in."""

    event: Event
    traceparent: str | None


class EventSink(Protocol):
    """Where emitted events are stored in the same transaction as the state."""

    async def store(self, session: AsyncSession, events: Sequence[Emitted]) -> None:
        """Inserts the events' rows; called once, after the state was written."""
        ...

    def committed(self) -> None:
        """Called after the commit, so that publishing need not wait for a poll."""
        ...


class UnitOfWork:
    """The session of a transaction and the events it will emit."""

    def __init__(self, session: AsyncSession, sink: EventSink | None) -> None:
        self.session = session
        self._sink = sink
        self._events: list[Emitted] = []
        self._at_last: list[Callable[[], Awaitable[None]]] = []

    def emit(self, *events: Event) -> None:
        """Adds events, in order. They are stored at commit, after the state.

        State first: the row lock on the aggregate makes the order of outbox ids the order of commits.
        """
        trace = current_traceparent()
        self._events.extend(Emitted(event, trace) for event in events)

    def at_last(self, act: Callable[[], Awaitable[None]]) -> None:
        """Has this done after all else, right before the commit: for what holds a lock that others wait for."""
        self._at_last.append(act)

    async def write_events(self) -> None:
        """Stores the events, does what comes last. The unit's owner calls it before the commit."""
        if self._events:
            if self._sink is None:
                raise RuntimeError("events were emitted but this database has no outbox")
            await self._sink.store(self.session, self._events)
        for act in self._at_last:
            await act()

    def after_commit(self) -> None:
        """Wakes the relay when there is something to publish."""
        if self._events and self._sink is not None:
            self._sink.committed()
