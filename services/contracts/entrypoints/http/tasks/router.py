"""What waits for the insertion service (« être rappelé ») and for the référent (returns to read), over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.contracts.application.commands import tasks as commands
from services.contracts.application.queries import tasks as queries
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.tasks.bodies import ClosingIn, PageQuery, TasksQuery
from services.contracts.entrypoints.http.tasks.views import ReturnLine, ReturnPage, TaskPage, TaskView
from shared.database.unit_of_work import UnitOfWork
from shared.http.cursors import cursor_of
from shared.http.once import Once, once

router = APIRouter(tags=["tasks"])


@router.get("/tasks")
async def list_tasks(
    asked: Annotated[TasksQuery, Query()], here: Annotated[Counter, Depends(counter("list-tasks"))]
) -> TaskPage:
    """Référents who ask to be called back, the one that waits the longest first."""
    async with here.reading() as stores:
        found = await stores.tasks.page(asked.filter(here.tools.clock), asked.place(), asked.limit + 1)
    shown = found[: asked.limit]
    for row in shown:
        here.trail.shows(row.dossier_id, row.territory, row.referent_id, row.task.cer_id)
    more = len(found) > asked.limit
    following = cursor_of((shown[-1].task.opened.at, shown[-1].task.id)) if more else None
    return TaskPage(tasks=[TaskView.of(row) for row in shown], next=following)


@router.post("/tasks/{task_id}/closing", response_model=TaskView)
async def close_task(
    task_id: UUID,
    body: ClosingIn,
    only: Annotated[Once, Depends(once)],
    here: Annotated[Counter, Depends(counter("close-task"))],
) -> Response:
    """The référent was called, could not be reached, or needs no call any more."""

    async def command(uow: UnitOfWork) -> tuple[TaskView, int]:
        row = await commands.close(here.desk(uow), task_id, body.done())
        return TaskView.of(row), row.task.version

    return await only.run(command)


@router.get("/decisions/to-read")
async def list_to_read(
    asked: Annotated[PageQuery, Query()], here: Annotated[Counter, Depends(counter("list-to-read"))]
) -> ReturnPage:
    """Returns of the Département « à lire »: of the dossiers that a référent accompanies; for the service, of all."""
    async with here.reading() as stores:
        found = await queries.to_read(stores, here.agent, asked.place(), asked.limit + 1)
    shown = found[: asked.limit]
    for one in shown:
        here.trail.shows(one.cer.dossier_id, one.territory, one.referent_id, one.cer.id)
    lines = [ReturnLine.of(one.cer) for one in shown]
    following = cursor_of((lines[-1].decided_at, lines[-1].cer_id)) if len(found) > asked.limit else None
    return ReturnPage(returns=lines, next=following)
