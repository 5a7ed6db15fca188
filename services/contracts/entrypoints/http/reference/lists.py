"""The lists of the département over HTTP: read by every agent, changed by the admin."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.contracts.application.commands import reference as commands
from services.contracts.domain.reference.lists import ListName, ReferenceList
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.reference.bodies import CodeInPath, EntryIn, On, OrderIn, day_of, list_name
from services.contracts.entrypoints.http.reference.views import Changes, Lists, ListView
from shared.http.versions import if_match, set_etag

router = APIRouter(tags=["reference"])

Reader = Annotated[Counter, Depends(counter("read-reference"))]
Keeper = Annotated[Counter, Depends(counter("change-reference"))]
Name = Annotated[ListName, Depends(list_name)]
Seen = Annotated[int, Depends(if_match)]


@router.get("/lists")
async def read_lists(here: Reader, asked: Annotated[On, Query()]) -> Lists:
    """All lists, with labels and usability of a day."""
    on = day_of(asked, here.today)
    async with here.reading() as stores:
        reference = await stores.reference.current()
    return Lists(lists=[ListView.of(one, on) for one in reference.lists.values()])


@router.get("/lists/{name}")
async def read_list(here: Reader, name: Name, asked: Annotated[On, Query()], response: Response) -> ListView:
    """One list, with labels and usability of a day."""
    async with here.reading() as stores:
        reference = await stores.reference.current()
    return _answer(response, reference.lists[name], here, asked)


@router.get("/lists/{name}/history")
async def read_list_history(here: Reader, name: Name) -> Changes:
    """Who changed what, oldest first."""
    async with here.reading() as stores:
        return Changes.of(await stores.reference.list_history(name))


@router.put("/lists/{name}/entries/{code}")
async def put_entry(
    here: Keeper, name: Name, *, code: CodeInPath, body: EntryIn, response: Response, seen: Seen
) -> ListView:
    """Adds an entry, relabels it, or gives its use a first and a last day. If-Match holds the list's version."""
    async with here.acting() as desk:
        changed = await commands.put_entry(desk, name, code, seen, body.wish())
    return _answer(response, changed, here)


@router.delete("/lists/{name}/entries/{code}")
async def remove_entry(here: Keeper, name: Name, code: CodeInPath, response: Response, seen: Seen) -> ListView:
    """Removes an entry that nothing ever used; refused otherwise, saying where it is used."""
    async with here.acting() as desk:
        changed = await commands.remove_entry(desk, name, code, seen)
    return _answer(response, changed, here)


@router.put("/lists/{name}/order")
async def reorder_list(here: Keeper, name: Name, body: OrderIn, response: Response, seen: Seen) -> ListView:
    """Puts the entries in another order."""
    async with here.acting() as desk:
        changed = await commands.reorder_list(desk, name, seen, body.codes)
    return _answer(response, changed, here)


def _answer(response: Response, one: ReferenceList, here: Counter, asked: On | None = None) -> ListView:
    set_etag(response, one.version)
    return ListView.of(one, day_of(asked or On(), here.today))
