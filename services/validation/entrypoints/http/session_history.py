"""Who did what to a session, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field, TypeAdapter

from services.validation.adapters.sessions import SqlSessions
from services.validation.application.queries import sessions as queries
from services.validation.entrypoints.http.bodies import Body
from services.validation.entrypoints.http.session_desk import Room, room
from shared.http.cursors import cursor_of, place_of

router = APIRouter(tags=["sessions"])

_FORM = TypeAdapter(tuple[Annotated[int, Field(ge=1, le=2**31 - 1)]])


class HistoryQuery(Body):
    """Which page of a history."""

    cursor: str | None = Field(default=None, min_length=1, max_length=400, description="The `next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)

    def before(self) -> int | None:
        """Before which version the page begins. Raises Invalid."""
        return None if self.cursor is None else int(place_of(_FORM, self.cursor, "cursor")[0])


class SessionHistory(BaseModel):
    """A page, newest first; `next` is the cursor of the following one."""

    moves: list[queries.SessionMoveView]
    next: str | None


@router.get("/sessions/{session_id}/history")
async def read_session_history(
    request: Request,
    session_id: UUID,
    query: Annotated[HistoryQuery, Query()],
    here: Annotated[Room, Depends(room("read-session-history"))],
) -> SessionHistory:
    """What was done to a session, by whom and when; texts stay in its papers."""
    async with here.database.read() as session:
        known = SqlSessions(session, request.app.state.keys)
        moves, following = await queries.history(known, session_id, query.before(), query.limit)
    return SessionHistory(moves=moves, next=None if following is None else cursor_of((following,)))
