"""The HTTP face of notifications: what became of messages, and sending one again."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.notifications.adapters.reading import SqlReading
from services.notifications.application import queries
from services.notifications.application.commands.resending import resend
from services.notifications.application.ports import Filter
from services.notifications.domain.model import Message
from services.notifications.domain.rights import RIGHTS, bounds, sees_recipients
from services.notifications.domain.states import Status
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.security.principal import Principal

router = APIRouter(tags=["messages"])


class MessageQuery(BaseModel):
    """Which messages are asked for."""

    model_config = ConfigDict(extra="forbid")

    cer_id: UUID | None = None
    status: list[Status] = Field(default_factory=list)
    cursor: UUID | None = None
    limit: int = Field(default=50, ge=1, le=200)


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
    """Messages, newest first; those of the dossiers that the agent may know of."""
    wanted = Filter(query.cer_id, tuple(query.status), bounds(agent, "list-messages"))
    async with request.app.state.database.read() as session:
        return await queries.messages(
            SqlReading(session),
            request.app.state.keys,
            wanted,
            query.cursor,
            query.limit,
            recipients=sees_recipients(agent),
        )


@router.post("/messages/{message_id}/resend", response_model=MessageAnswer)
async def resend_message(
    request: Request,
    message_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "resend-message"))],
    only: Annotated[Once, Depends(once)],
) -> Response:
    """Sends again a message that failed or whose fate is unknown: the agent takes the risk of a double."""

    async def command(uow: UnitOfWork) -> tuple[MessageAnswer, int]:
        state = request.app.state
        message = await resend(uow, state.messages_of, message_id, agent, state.clock.now())
        return MessageAnswer.of(message), message.version

    return await only.run(command)
