"""The agenda of a session over HTTP: generated, put in order, and what is said of each CER."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.validation.application.commands import sessions as commands
from services.validation.entrypoints.http.session_bodies import (
    AgendaIn,
    AgendaSize,
    Postponement,
    SessionAnswer,
    SessionOpinionIn,
)
from services.validation.entrypoints.http.session_desk import At, OnceOnly, at

router = APIRouter(tags=["sessions"])

Agenda = Annotated[At, Depends(at("change-agenda"))]
Held = Annotated[At, Depends(at("hold-session"))]


@router.post("/sessions/{session_id}/agenda", response_model=SessionAnswer)
async def generate_agenda(body: AgendaSize, here: Agenda, only: OnceOnly) -> Response:
    """Adds the CERs that wait for this commission: refused by the person first, then by priority, then the oldest."""
    return await here.once(only, lambda uow: commands.generate(uow, here.studies_of, here.order, body.limit))


@router.put("/sessions/{session_id}/agenda")
async def reorder_agenda(body: AgendaIn, response: Response, here: Agenda) -> SessionAnswer:
    """The CERs of the agenda in another order."""
    return await here.changed(response, lambda session: session.reorder(body.studies, here.act))


@router.post("/sessions/{session_id}/items", response_model=SessionAnswer)
async def add_to_agenda(body: AgendaIn, here: Agenda, only: OnceOnly) -> Response:
    """Puts CERs at the end of the agenda, all or none; a CER is on one agenda at a time."""
    return await here.once(only, lambda uow: commands.put_on_agenda(uow, here.studies_of, here.order, body.studies))


@router.delete("/sessions/{session_id}/items/{study_id}")
async def withdraw_from_agenda(study_id: UUID, response: Response, here: Agenda) -> SessionAnswer:
    """Takes a CER off the agenda, as long as no opinion was given on it."""
    return await here.changed(response, lambda session: session.withdraw(study_id, here.act))


@router.post("/sessions/{session_id}/items/{study_id}/opinion", response_model=SessionAnswer)
async def give_session_opinion(study_id: UUID, body: SessionOpinionIn, here: Held, only: OnceOnly) -> Response:
    """Records what the commission says of a CER; it can be corrected until the session is closed."""
    return await here.once(
        only, lambda uow: commands.give_opinion(uow, here.studies_of, here.order, study_id, body.said())
    )


@router.post("/sessions/{session_id}/items/{study_id}/postponement", response_model=SessionAnswer)
async def postpone_cer(study_id: UUID, body: Postponement, here: Held, only: OnceOnly) -> Response:
    """Puts a CER off to another session of the same kind, with why: it is on the agenda of that one."""
    return await here.once(
        only, lambda uow: commands.postpone(uow, here.studies_of, here.order, study_id, body.put_off())
    )
