"""An agent before a session: what every act needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from services.validation.application.commands import sessions as commands
from services.validation.application.commands.sessions import SessionOrder
from services.validation.application.ports import ListsOf, StudiesOf
from services.validation.application.queries.sessions import Reader
from services.validation.domain.rights import RIGHTS
from services.validation.domain.sessions.model import Session
from services.validation.domain.sessions.parts import Act
from services.validation.entrypoints.http.session_bodies import SessionAnswer
from shared.audit.slip import enter_with
from shared.audit.witness import shown
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard
from shared.events.envelope import Event
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.http.versions import if_match, set_etag
from shared.security.principal import Principal

OnceOnly = Annotated[Once, Depends(once)]
Seen = Annotated[int, Depends(if_match)]
Made = Callable[[Session], list[Event]]


@dataclass(frozen=True)
class Room:
    """An agent, with what acts on sessions."""

    database: Database
    studies_of: StudiesOf
    lists_of: ListsOf
    act: Act
    reader: Reader

    async def once(
        self, only: Once, command: Callable[[UnitOfWork], Awaitable[Session]], status: int = 200
    ) -> Response:
        """Runs the command once and answers where the session stands."""

        async def answered(uow: UnitOfWork) -> tuple[SessionAnswer, int]:
            session = await command(uow)
            return _answer(session), session.version

        return await only.run(answered, status)


@dataclass(frozen=True)
class At(Room):
    """The same before one session, on the version that the agent saw."""

    order: SessionOrder

    async def moved(self, only: Once, made: Made) -> Response:
        """A move that concerns the session alone, once."""
        return await self.once(only, lambda uow: commands.move(uow, self.studies_of, self.order, made))

    async def changed(self, response: Response, made: Made) -> SessionAnswer:
        """The same for a PUT or a DELETE, which the version makes safe to repeat."""
        async with self.database.begin() as uow:
            enter_with(uow)
            session = await commands.move(uow, self.studies_of, self.order, made)
            answer = _answer(session)
        set_etag(response, session.version)
        return answer


def _answer(session: Session) -> SessionAnswer:
    """What is done to a session concerns all whose CERs are in it."""
    shown(*(one.subject for one in session.items))
    return SessionAnswer.of(session)


def room(operation: str) -> Callable[..., Awaitable[Room]]:
    """A dependency: the room of an agent whose role may do this operation."""
    may = allowed(RIGHTS, operation)

    async def enter(request: Request, agent: Annotated[Principal, Depends(may)]) -> Room:
        state = request.app.state
        card = AgentCard(agent_id=agent.subject, full_name=agent.full_name, mail=agent.mail, quality=agent.quality)
        now = state.clock.now()
        return Room(state.database, state.studies_of, state.lists_of, Act(card, now), Reader(agent, now))

    return enter


def at(operation: str) -> Callable[..., Awaitable[At]]:
    """A dependency: the same, before the session that the path names."""

    async def sit(session_id: UUID, here: Annotated[Room, Depends(room(operation))], seen: Seen) -> At:
        order = SessionOrder(session_id, seen, here.act)
        return At(here.database, here.studies_of, here.lists_of, here.act, here.reader, order)

    return sit
