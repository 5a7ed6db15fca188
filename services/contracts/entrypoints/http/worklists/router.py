"""Lists of CERs over HTTP: what an agent has to work through, and how much of it there is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.contracts.application.ports.worklists import Page
from services.contracts.application.queries import worklists as queries
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.worklists.bodies import WorkFilter, WorkQuery
from services.contracts.entrypoints.http.worklists.views import StateCount, WorkCounts, WorkLine, WorkPage

router = APIRouter(tags=["worklists"])


@router.get("/cers")
async def list_work(
    asked: Annotated[WorkQuery, Query()], here: Annotated[Counter, Depends(counter("list-work"))]
) -> WorkPage:
    """CERs to work through, among those that the agent sees.

    My drafts: `state=proposition&referent=`me. Waiting for a signature: `signing=open`. Returned to me:
    `state=proposition&returned=true`. Ending soon: `state=valide&ending_from=`today`&ending_before=…&sort=date_fin`;
    échus: `state=valide&ending_before=`today; without end: `state=valide&without_end=true`.
    """
    wanted, page = asked.filter(), Page(asked.sort, asked.place(), asked.limit + 1)
    async with here.reading() as stores:
        found = await queries.work(stores, here.agent, wanted, page)
    shown = found[: asked.limit]
    for row in shown:
        here.trail.shows(row.dossier_id, row.territory, row.referent_id, row.id)
    following = asked.cursor(shown[-1]) if len(found) > asked.limit else None
    return WorkPage(cers=[WorkLine.of_row(row) for row in shown], next=following)


@router.get("/cers/counts")
async def count_work(
    asked: Annotated[WorkFilter, Query()], here: Annotated[Counter, Depends(counter("count-work"))]
) -> WorkCounts:
    """How many CERs stand in each state, for a home page: counted up to 1,000, so that it costs the same everywhere."""
    async with here.reading() as stores:
        found = await queries.counts(stores, here.agent, asked.filter())
    most = queries.COUNTED
    return WorkCounts(
        counts=[StateCount(state=state, count=min(count, most), more=count > most) for state, count in found.items()]
    )
