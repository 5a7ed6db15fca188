"""How many members each kind of commission asks for, kept by the admin."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from services.validation.adapters.sessions import SqlSessions
from services.validation.application.commands import sessions as commands
from services.validation.domain.sessions.quorum import Quorum
from services.validation.entrypoints.http.session_bodies import QuorumIn, QuorumList, QuorumView
from services.validation.entrypoints.http.session_desk import Room, Seen, room
from shared.audit.slip import enter_with
from shared.http.versions import set_etag

router = APIRouter(tags=["sessions"])

Kind = Annotated[str, Path(min_length=1, max_length=100)]


@router.get("/commission-quorums")
async def list_quorums(request: Request, here: Annotated[Room, Depends(room("read-quorums"))]) -> QuorumList:
    """The kinds of commission of which somebody said what they ask for; the others ask for no quorum."""
    async with here.database.read() as session:
        found = await SqlSessions(session, request.app.state.keys).quorums()
    return QuorumList(quorums=[QuorumView.of(one) for one in found])


@router.put("/commission-quorums/{kind}")
async def ask_quorum(
    kind: Kind, body: QuorumIn, response: Response, here: Annotated[Room, Depends(room("ask-quorum"))], seen: Seen
) -> QuorumView:
    """What a kind asks for, in the sessions that open from now on; `If-Match: "0"` where nobody said it yet."""
    asked = Quorum(kind, body.members, seen)
    async with here.database.begin() as uow:
        enter_with(uow)
        kept = await commands.ask_quorum(uow, here.studies_of, here.lists_of, asked, here.act)
    set_etag(response, kept.version)
    return QuorumView.of(kept)
