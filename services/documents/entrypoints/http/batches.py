"""Print batches: asked for, followed, downloaded by one agent."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.documents.adapters.batches import SqlBatches
from services.documents.adapters.repository import SqlEditions
from services.documents.application.commands import batches
from services.documents.application.commands.batches import BatchIn
from services.documents.application.ports import BatchPlace
from services.documents.application.queries import batches as queries
from services.documents.domain.printing import BatchState
from services.documents.domain.rights import RIGHTS
from services.documents.entrypoints.http.files import FILE, sent
from shared.database.unit_of_work import UnitOfWork
from shared.http.cursors import cursor_of, place_of
from shared.http.once import Once, once
from shared.http.ranges import Conditions, answer, conditions
from shared.http.rights import allowed
from shared.security.principal import Principal

router = APIRouter(tags=["print batches"])


@router.post("/print-batches", status_code=201, response_model=queries.BatchView)
async def prepare_batch(
    request: Request,
    body: BatchIn,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "prepare-print-batch"))],
    only: Annotated[Once, Depends(once)],
) -> Response:
    """Has editions put into one PDF, in the order of names, with a list before them."""

    async def command(uow: UnitOfWork) -> tuple[queries.BatchView, int]:
        session, now = uow.session, request.app.state.clock.now()
        batch = await batches.prepare(uow, SqlEditions(session), SqlBatches(session), agent, asked=body, now=now)
        return queries.BatchView.of(batch), 1

    return await only.run(command, 201)


_PLACE: TypeAdapter[BatchPlace] = TypeAdapter(BatchPlace)


class BatchQuery(BaseModel):
    """Which page of print batches is asked for."""

    model_config = ConfigDict(extra="forbid")

    state: list[BatchState] = Field(default_factory=list, description="In any, where none is named")
    cursor: str | None = Field(default=None, max_length=200, description="The `next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)

    @property
    def before(self) -> BatchPlace | None:
        """Where the page before ended. Raises Invalid."""
        return place_of(_PLACE, self.cursor, "cursor") if self.cursor is not None else None


class BatchList(BaseModel):
    """A page, newest first; `next` is the cursor of the following one."""

    batches: list[queries.BatchLine]
    next: str | None


@router.get("/print-batches")
async def list_batches(
    request: Request,
    query: Annotated[BatchQuery, Query()],
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "list-print-batches"))],
) -> BatchList:
    """The batches that this agent ordered, newest first: what is being put together, ready, or failed."""
    async with request.app.state.database.read() as session:
        found = await queries.batches_of(SqlBatches(session), agent, query.state, query.before, query.limit + 1)
    shown = found[: query.limit]
    following = cursor_of((shown[-1].made_at, shown[-1].id)) if len(found) > query.limit else None
    return BatchList(batches=shown, next=following)


@router.get("/print-batches/{batch_id}")
async def read_batch(
    request: Request, batch_id: UUID, agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-print-batch"))]
) -> queries.BatchView:
    """How far it is, and which editions are not in it."""
    async with request.app.state.database.read() as session:
        return queries.BatchView.of(await queries.batch_of(SqlBatches(session), agent, batch_id))


@router.head("/print-batches/{batch_id}/content", include_in_schema=False)
@router.get("/print-batches/{batch_id}/content", response_class=Response, responses=FILE)
async def read_batch_content(
    request: Request,
    batch_id: UUID,
    agent: Annotated[Principal, Depends(allowed(RIGHTS, "read-print-batch-content"))],
    asked: Annotated[Conditions, Depends(conditions)],
) -> Response:
    """The PDF, or a part of it, while the agent may read all that is in it."""
    async with request.app.state.database.read() as session:
        found = await queries.batch_file(SqlBatches(session), SqlEditions(session), agent, batch_id)
    return await answer(asked, sent(request, found))
