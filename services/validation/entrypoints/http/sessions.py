"""Commission sessions over HTTP: prepared, convened, held, closed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.validation.adapters.sessions import SqlSessions
from services.validation.application.commands import sessions as commands
from services.validation.application.commands.sessions import Preparation
from services.validation.application.queries import sessions as queries
from services.validation.entrypoints.http.outcome_bodies import OutcomeResult, OutcomesIn, OutcomesMade
from services.validation.entrypoints.http.session_bodies import (
    Cancellation,
    MembersIn,
    PlanIn,
    PresenceIn,
    SessionAnswer,
    SessionIn,
    SessionList,
    SessionsQuery,
)
from services.validation.entrypoints.http.session_desk import At, OnceOnly, Room, at, room
from shared.database.unit_of_work import UnitOfWork
from shared.http.versions import set_etag

router = APIRouter(tags=["sessions"])


@router.get("/sessions")
async def list_sessions(
    request: Request, query: Annotated[SessionsQuery, Query()], here: Annotated[Room, Depends(room("list-sessions"))]
) -> SessionList:
    """Commission sessions by date; a member's are those that they sit in, while their files are open."""
    async with here.database.read() as session:
        known = SqlSessions(session, request.app.state.keys)
        page = await queries.sessions(known, here.reader, query.filter(), query.place(), query.limit)
    return SessionList.of(page)


@router.post("/sessions", status_code=201, response_model=SessionAnswer)
async def prepare_session(
    body: SessionIn, here: Annotated[Room, Depends(room("prepare-session"))], only: OnceOnly
) -> Response:
    """A session in preparation."""
    asked = Preparation(body.kind, body.plan(), [one.member() for one in body.members])
    return await here.once(
        only, lambda uow: commands.prepare(uow, here.studies_of, here.lists_of, asked, here.act), status=201
    )


@router.get("/sessions/{session_id}")
async def read_session(
    request: Request, response: Response, session_id: UUID, here: Annotated[Room, Depends(room("read-session"))]
) -> queries.SessionView:
    """One session, with its members and its CERs. The CERs themselves are read in contracts."""
    keys = request.app.state.keys
    async with here.database.read() as session:
        found = await queries.session(SqlSessions(session, keys), keys, here.reader, session_id)
    set_etag(response, found.version)
    return found


@router.put("/sessions/{session_id}")
async def reschedule_session(
    body: PlanIn,
    response: Response,
    here: Annotated[At, Depends(at("change-session"))],
) -> SessionAnswer:
    """Another date, place or territory."""
    plan = body.plan()
    return await here.changed(response, lambda session: session.reschedule(plan, here.act))


@router.put("/sessions/{session_id}/members")
async def seat_members(
    body: MembersIn,
    response: Response,
    here: Annotated[At, Depends(at("change-session"))],
) -> SessionAnswer:
    """Other members: once it is convened, who leaves reads its files no more, who comes reads them."""
    members = [one.member() for one in body.members]
    return await here.changed(response, lambda session: session.seat(members, here.act))


@router.post("/sessions/{session_id}/convening", response_model=SessionAnswer)
async def convene_session(here: Annotated[At, Depends(at("convene-session"))], only: OnceOnly) -> Response:
    """Calls the members: from now on they read the files of the agenda, and its edition is made."""
    return await here.moved(only, lambda session: session.convene(here.act))


@router.post("/sessions/{session_id}/opening", response_model=SessionAnswer)
async def open_session(
    body: PresenceIn,
    here: Annotated[At, Depends(at("hold-session"))],
    only: OnceOnly,
) -> Response:
    """The session begins, with who is present."""
    return await here.once(only, lambda uow: commands.open_session(uow, here.studies_of, here.order, body.present))


@router.put("/sessions/{session_id}/presence")
async def note_presence(
    body: PresenceIn,
    response: Response,
    here: Annotated[At, Depends(at("hold-session"))],
) -> SessionAnswer:
    """Who is present now."""
    return await here.changed(response, lambda session: session.note_presence(body.present, here.act))


@router.post("/sessions/{session_id}/closing", response_model=SessionAnswer)
async def close_session(here: Annotated[At, Depends(at("hold-session"))], only: OnceOnly) -> Response:
    """The session is over, once each CER has its opinion: its minutes are made, outcomes can be recorded."""
    return await here.moved(only, lambda session: session.close(here.act))


@router.post("/sessions/{session_id}/cancellation", response_model=SessionAnswer)
async def cancel_session(
    body: Cancellation,
    here: Annotated[At, Depends(at("cancel-session"))],
    only: OnceOnly,
) -> Response:
    """It does not take place: its CERs can come before another session."""
    return await here.moved(only, lambda session: session.cancel(body.reason, here.act))


@router.post("/sessions/{session_id}/papers", response_model=SessionAnswer)
async def make_papers_again(here: Annotated[At, Depends(at("convene-session"))], only: OnceOnly) -> Response:
    """Has the agenda, or the minutes of a closed session, made anew: without a person who was erased, for one."""
    return await here.moved(only, lambda session: session.tell_again(here.act))


@router.post("/sessions/{session_id}/outcomes", response_model=OutcomesMade)
async def record_outcomes(
    session_id: UUID, body: OutcomesIn, here: Annotated[Room, Depends(room("record-outcomes"))], only: OnceOnly
) -> Response:
    """Records outcomes of a closed session, each with its own result: one that is refused stops no other."""
    asked = [one.asked() for one in body.outcomes]

    async def answered(uow: UnitOfWork) -> tuple[OutcomesMade, int]:
        session, made = await commands.record_outcomes(
            uow, here.studies_of, here.lists_of, session_id, asked, act=here.act
        )
        return OutcomesMade(results=[OutcomeResult.of(one) for one in made]), session.version

    return await only.run(answered)
