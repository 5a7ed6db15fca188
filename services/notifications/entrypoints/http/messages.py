"""What became of messages, what they said, and sending one again."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.notifications.adapters.reading import SqlReading
from services.notifications.application import queries
from services.notifications.application.commands.resending import resend
from services.notifications.application.ports import Filter
from services.notifications.domain.catalog import Channel
from services.notifications.domain.model import Message
from services.notifications.domain.rights import RIGHTS, bounds, sees_recipients
from services.notifications.domain.states import Status
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.security.principal import Principal

router = APIRouter(tags=["messages"])


class PageQuery(BaseModel):
    """Which page of messages is asked for."""

    model_config = ConfigDict(extra="forbid")

    cursor: UUID | None = None
    limit: int = Field(default=50, ge=1, le=200)


class MessageQuery(PageQuery):
    """Which messages are asked for."""

    cer_id: UUID | None = None
    session_id: UUID | None = Field(default=None, description="What the members of this session were told")
    status: list[Status] = Field(default_factory=list)
    channel: list[Channel] = Field(default_factory=list)


class MessageAnswer(BaseModel):
    """Where the message stands after the act."""

    id: UUID
    status: Status
    sending: int
    version: int

    @classmethod
    def of(cls, message: Message) -> Self:
        """The answer for a message that was just saved."""
        return cls(id=message.id, status=message.status, sending=message.sending, version=message.version)


@router.get("/messages")
async def list_messages(
    request: Request,
    query: Annotated[MessageQuery, Query()],
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "list-messages"))],
) -> queries.MessageList:
    """Messages, newest first; those of the dossiers that the agent may know of. `status=unknown`: to be decided on."""
    wanted = Filter(
        cer_id=query.cer_id,
        session_id=query.session_id,
        statuses=tuple(query.status),
        channels=tuple(query.channel),
        seen_by=bounds(agent, "list-messages"),
    )
    return await _page(request, wanted, query, agent)


@router.get("/dossiers/{dossier_id}/messages")
async def delivery_log(
    request: Request,
    dossier_id: UUID,
    query: Annotated[PageQuery, Query()],
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "list-messages"))],
) -> queries.MessageList:
    """All that was sent about this person, newest first: to whom, when, by what, with what proof."""
    wanted = Filter(dossier_id=dossier_id, seen_by=bounds(agent, "list-messages"))
    return await _page(request, wanted, query, agent)


@router.get("/messages/{message_id}/content")
async def read_message(
    request: Request,
    message_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-message"))],
) -> queries.MessageContent:
    """The words of a message as they left, written again by the version of the template that wrote them."""
    state = request.app.state
    async with state.database.begin() as uow:
        return await queries.content(state.stores_of(uow), state.making.keys, state.composer, message_id, agent)


@router.post("/messages/{message_id}/resend", response_model=MessageAnswer)
async def resend_message(
    request: Request,
    message_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "resend-message"))],
    only: Annotated[Once, Depends(once)],
) -> Response:
    """Sends again a message that failed or whose fate is unknown: the agent takes the risk of a double."""

    async def command(uow: UnitOfWork) -> tuple[MessageAnswer, int]:
        message = await resend(uow, request.app.state.making, message_id, agent)
        return MessageAnswer.of(message), message.version

    return await only.run(command)


async def _page(request: Request, wanted: Filter, query: PageQuery, agent: Principal) -> queries.MessageList:
    async with request.app.state.database.read() as session:
        return await queries.messages(
            SqlReading(session),
            request.app.state.keys,
            wanted,
            query.cursor,
            query.limit,
            recipients=sees_recipients(agent),
        )
