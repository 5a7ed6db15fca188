"""The CERs vierges of each territory: a file of copies, each with its serial, kept as the texts and templates are.

`Press` prints copies; `BlankKeeper` compares what each territory keeps with what it should, and has a work row make it
anew. A text whose day comes, another template, another label: each is seen so, whatever was missed meanwhile.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.application.commands.sources import each
from services.documents.application.ports import Blanks, Files, LegalTexts, Merger, Renderer
from services.documents.domain.blank import BlankFile, BlankSheet, Territory, blank_cer
from services.documents.domain.sheet import Letterhead
from services.documents.domain.texts import Texts
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock, legal_date
from shared.kernel.errors import NotFound
from shared.kernel.ids import derived_id
from shared.kernel.serial import Serial
from shared.messaging import work
from shared.messaging.work import Done, Job, Outcome
from shared.objects.store import name_in
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

BLANK = "cer-vierge"
LOOK_SECONDS = 60.0
# What stands for the serials in the fingerprint of what is wanted: they change with each file.
_NO_SERIAL = Serial.numbered(0)


@dataclass(frozen=True)
class Printed:
    """Copies of the form in one PDF."""

    content: bytes
    pages: int


@dataclass(frozen=True)
class Press:
    """Prints copies of the form: each is set alone, so that an agent who waits passes between two, then merged."""

    renderer: Renderer
    merger: Merger
    letterhead: Letterhead

    async def print(self, serials: Sequence[Serial], territory: str, day: date, texts: Texts) -> Printed:
        """A copy for each serial. Raises RenderRefused, RenderCrashed, RenderTimeout, CannotMerge, NoTextInForce."""
        outline: list[tuple[str, int]] = []
        contents: list[bytes] = []
        pages = 0
        for serial in serials:
            sheet = blank_cer(serial, territory, day, self.letterhead, texts)
            pdf = await self.renderer.render(sheet.kind.value, sheet.model_dump(), batch=True)
            outline.append((str(serial), pages))
            contents.append(pdf.content)
            pages += pdf.pages
        return Printed(await self.merger.merge(each(contents), outline, name="c"), pages)


@dataclass(frozen=True)
class BlankKeeper:
    """What keeping the territories' files needs. `look` orders what is wanted, `make` is the worker's handler.

    `fingerprint` is that of a template, in its version, with what it shows.
    """

    press: Press
    files: Files
    copies: int
    clock: Clock
    database: Database
    fingerprint: Callable[[str, Mapping[str, Any]], str]
    blanks_of: Callable[[AsyncSession], Blanks]
    texts_of: Callable[[AsyncSession], LegalTexts]

    async def run(self) -> None:
        """Looks every minute, until cancelled. A database that is away is waited for."""
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("blanks.database_away", error=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> int:
        """Orders a file for each open territory whose own is not as wanted; how many that is.

        What failed is ordered once more the next day.
        """
        day = legal_date(self.clock.now())
        async with self.database.begin() as uow:
            texts = await self.texts_of(uow.session).known()
            ordered = 0
            for territory, kept in await self.blanks_of(uow.session).open():
                wanted = self._wanted(territory, day, texts)
                if kept is None or kept.wanted != wanted:
                    since = (territory.version, kept.document.sha256 if kept else "", day)
                    name = derived_id(BLANK, territory.code, wanted, *since)
                    ordered += await work.enqueue(uow.session, BLANK, name, {"territory": territory.code})
        return ordered

    async def make(self, job: Job) -> Outcome:
        """Makes the file of a territory, under the texts of the day. What `Press.print` raises is tried again."""
        now = self.clock.now()
        day = legal_date(now)
        async with self.database.read() as session:
            try:
                territory, kept = await self.blanks_of(session).of(job.payload["territory"])
            except NotFound:
                return Done()  # closed meanwhile
            texts = await self.texts_of(session).known()
        wanted = self._wanted(territory, day, texts)
        if kept is not None and kept.wanted == wanted:
            return Done()
        serials = [Serial.new() for _ in range(self.copies)]
        printed = await self.press.print(serials, territory.label, day, texts)
        folder = f"blanks/{derived_id('territory', territory.code)}"
        document = await self.files.put(f"{folder}/{hashlib.sha256(printed.content).hexdigest()}.pdf", printed.content)
        await self._tidy(folder, {name_in(document.uri), *([name_in(kept.document.uri)] if kept else [])})
        made = BlankFile(territory.code, wanted, document, len(serials), printed.pages, now)

        async def record(uow: UnitOfWork) -> None:
            await self.blanks_of(uow.session).keep(made, serials)

        return Done(record)

    def _wanted(self, territory: Territory, day: date, texts: Texts) -> str:
        """What the file is made from, without its serials and its day."""
        sheet: BlankSheet = blank_cer(_NO_SERIAL, territory.label, day, self.press.letterhead, texts)
        data = sheet.model_copy(update={"day": date.min}).model_dump()
        return hashlib.sha256(f"{self.copies} {self.fingerprint(sheet.kind.value, data)}".encode()).hexdigest()

    async def _tidy(self, folder: str, kept: set[str]) -> None:
        """Deletes the files of before the last: nobody is still reading them."""
        async for some in self.files.listed(folder):
            for one in some:
                if one.name not in kept:
                    await self.files.delete(one.name)
