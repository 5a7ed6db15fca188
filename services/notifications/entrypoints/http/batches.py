"""Print batches over HTTP. The merged PDF is made by documents, from the editions that a batch lists."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.notifications.adapters.reading import SqlReading
from services.notifications.application import queries
from services.notifications.application.commands import printing
from services.notifications.application.commands.printing import PrintRoom
from services.notifications.domain.batch import Batch
from services.notifications.domain.rights import RIGHTS, bounds
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.rights import allowed
from shared.http.versions import if_match, set_etag
from shared.security.principal import Principal

router = APIRouter(prefix="/print-batches", tags=["print batches"])

Maker = Annotated[Principal, Depends(allowed(RIGHTS, "make-print-batch"))]
Reader = Annotated[Principal, Depends(allowed(RIGHTS, "read-print-batches"))]
Seen = Annotated[int, Depends(if_match)]
Only = Annotated[Once, Depends(once)]


class NewBatch(BaseModel):
    """Whose letters."""

    model_config = ConfigDict(extra="forbid")

    territory: str | None = Field(
        default=None, max_length=100, description="None: of the whole département, by the service"
    )


class BatchQuery(BaseModel):
    """Which page is asked for."""

    model_config = ConfigDict(extra="forbid")

    cursor: UUID | None = None
    limit: int = Field(default=50, ge=1, le=200)


@router.get("")
async def list_batches(request: Request, query: Annotated[BatchQuery, Query()], agent: Reader) -> queries.BatchList:
    """Print batches, newest first."""
    async with request.app.state.database.read() as session:
        seen_by = bounds(agent, "read-print-batches")
        return await queries.batches(SqlReading(session), seen_by, query.cursor, query.limit)


@router.get("/{batch_id}")
async def read_batch(request: Request, response: Response, batch_id: UUID, agent: Reader) -> queries.BatchDetail:
    """A batch and its letters, by order of names: the list that goes with the paper."""
    async with request.app.state.database.read() as session:
        found = await queries.batch(SqlReading(session), request.app.state.keys, batch_id, agent)
    set_etag(response, found.version)
    return found


@router.post("", status_code=201, response_model=queries.BatchLine)
async def make_batch(request: Request, body: NewBatch, agent: Maker, only: Only) -> Response:
    """Puts the letters that wait into a batch."""

    async def command(uow: UnitOfWork) -> tuple[queries.BatchLine, int]:
        return _answer(await printing.make_batch(_room(request, uow, agent), body.territory))

    return await only.run(command, 201)


@router.post("/{batch_id}/printed", response_model=queries.BatchLine)
async def note_printed(request: Request, batch_id: UUID, agent: Maker, seen: Seen, only: Only) -> Response:
    """The batch is on paper."""

    async def command(uow: UnitOfWork) -> tuple[queries.BatchLine, int]:
        return _answer(await printing.note_printed(_room(request, uow, agent), batch_id, seen))

    return await only.run(command)


@router.post("/{batch_id}/posted", response_model=queries.BatchLine)
async def note_posted(request: Request, batch_id: UUID, agent: Maker, seen: Seen, only: Only) -> Response:
    """The envelopes are at the post office: the letters count as sent from now on."""

    async def command(uow: UnitOfWork) -> tuple[queries.BatchLine, int]:
        return _answer(await printing.note_posted(_room(request, uow, agent), uow, batch_id, seen))

    return await only.run(command)


def _room(request: Request, uow: UnitOfWork, agent: Principal) -> PrintRoom:
    state = request.app.state
    return PrintRoom(state.stores_of(uow), state.batches_of(uow), state.making.keys, state.clock, agent)


def _answer(batch: Batch) -> tuple[queries.BatchLine, int]:
    return queries.BatchLine.of(batch), batch.version
