"""Legal texts and prompts over HTTP: asked by day, changed by the admin from a date of effect."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.contracts.application.commands.reference import reword
from services.contracts.domain.reference.rules import UnknownText
from services.contracts.domain.reference.texts import Family, LegalText, Zone, prompt_key
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.reference.bodies import On, WordingIn, day_of
from services.contracts.entrypoints.http.reference.views import InForceView, Prompts, Texts, TextView
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.versions import if_match, set_etag

router = APIRouter(tags=["reference"])

Reader = Annotated[Counter, Depends(counter("read-reference"))]
PromptReader = Annotated[Counter, Depends(counter("read-prompts"))]
Keeper = Annotated[Counter, Depends(counter("change-reference"))]
Seen = Annotated[int, Depends(if_match)]


def legal_text(key: str) -> LegalText:
    """The text of a path. Raises UnknownText."""
    try:
        return LegalText(key)
    except ValueError:
        raise UnknownText(f"Les textes sont : {', '.join(LegalText)}.") from None


def zone(zone: str) -> Zone:
    """The zone of a path. Raises UnknownText."""
    try:
        return Zone(zone)
    except ValueError:
        raise UnknownText(f"Les zones sont : {', '.join(Zone)}.") from None


Key = Annotated[LegalText, Depends(legal_text)]
Where = Annotated[Zone, Depends(zone)]


@router.get("/texts")
async def read_texts(here: Reader, asked: Annotated[On, Query()]) -> Texts:
    """The legal texts in force on a day."""
    on = day_of(asked, here.today)
    async with here.reading() as stores:
        reference = await stores.reference.current()
    return Texts(on=on, texts={key.value: InForceView.of(text, on) for key, text in reference.texts.items()})


@router.get("/texts/{key}")
async def read_text(here: Reader, key: Key, response: Response) -> TextView:
    """A legal text with all its versions, past and planned."""
    async with here.reading() as stores:
        found = await stores.reference.text(key)
    set_etag(response, found.version)
    return TextView.of(found)


@router.post("/texts/{key}", status_code=201, response_model=TextView)
async def reword_text(
    here: Keeper, key: Key, body: WordingIn, seen: Seen, only: Annotated[Once, Depends(once)]
) -> Response:
    """Records a version, in force from a date of effect. If-Match holds the number of the last version."""

    async def command(uow: UnitOfWork) -> tuple[TextView, int]:
        changed = await reword(here.desk(uow), key, seen, tuple(body.paragraphs), body.effect)
        return TextView.of(changed), changed.version

    return await only.run(command, status=201)


@router.get("/prompts")
async def read_prompts(here: PromptReader, asked: Annotated[On, Query()]) -> Prompts:
    """What the guide asks for in each zone of a CER."""
    on = day_of(asked, here.today)
    async with here.reading() as stores:
        kept = {text.key: text for text in await stores.reference.texts(Family.PROMPT)}
    zones = {zone.value: kept.get(prompt_key(zone)) for zone in Zone}
    return Prompts(on=on, zones={name: text and InForceView.of(text, on) for name, text in zones.items()})


@router.get("/prompts/{zone}")
async def read_prompt(here: PromptReader, where: Where, response: Response) -> TextView:
    """The prompts of a zone with all their versions, past and planned."""
    async with here.reading() as stores:
        found = await stores.reference.text(prompt_key(where))
    set_etag(response, found.version)
    return TextView.of(found, where.value)


@router.put("/prompts/{zone}")
async def reword_prompt(here: Keeper, where: Where, body: WordingIn, response: Response, seen: Seen) -> TextView:
    """Records other prompts for a zone. If-Match holds the number of the last version."""
    async with here.acting() as desk:
        changed = await reword(desk, prompt_key(where), seen, tuple(body.paragraphs), body.effect)
    set_etag(response, changed.version)
    return TextView.of(changed, where.value)
