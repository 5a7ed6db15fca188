"""Print batches, put together by work rows, a part after another.

Steps of a batch: `plan` sorts by names, `part` merges a hundred editions, `join` sets the list and merges the parts,
`forget` deletes it days later. A kill costs the step in hand; what is damaged is listed, and the others are printed.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.application.commands.sources import each
from services.documents.application.ports import (
    Batches,
    CannotMerge,
    EditionRow,
    Editions,
    Files,
    Merger,
    Renderer,
)
from services.documents.domain.collation import Names
from services.documents.domain.edition import EditionKind
from services.documents.domain.labels import KINDS
from services.documents.domain.print_list import LINES, Line, PrintList, print_lists
from services.documents.domain.printing import PART, Batch, Item
from services.documents.domain.sheet import Letterhead
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import Identity
from shared.events.files import FileRef
from shared.kernel.clock import legal_date
from shared.kernel.errors import NotFound
from shared.kernel.ids import derived_id
from shared.messaging import work
from shared.messaging.work import Done, GiveUp, Job, Outcome, RetryLater
from shared.objects.errors import ObjectAltered, ObjectMissing, ObjectsAway
from shared.security.sealing import BlockNotReadable, KeyRing

PRINT = "print"
KEPT = timedelta(days=7)
_PAUSE = timedelta(seconds=10)
# Page numbers move no line: what the first setting counts, the second keeps.
_MOST_SETTINGS = 3
NOT_MADE, UNREADABLE = "edition-failed", "unreadable"
_REASONS: Mapping[str, str] = {
    NOT_MADE: "n'a pas pu être produit",
    UNREADABLE: "fichier illisible",
    ObjectMissing.code: "fichier introuvable",
    ObjectAltered.code: "fichier altéré",
}


async def order(
    session: AsyncSession, batch_id: UUID, step: str, number: int = 0, delay: timedelta = timedelta()
) -> None:
    """Adds the work row of a step, in the caller's transaction. The payload holds ids only."""
    payload = {"batch_id": str(batch_id), "step": step, "number": number}
    await work.enqueue(session, PRINT, derived_id(PRINT, batch_id, step, number), payload, delay)


@dataclass(frozen=True)
class PrintShop:
    """What putting batches together needs. `step` is the worker's handler."""

    keys: KeyRing
    renderer: Renderer
    merger: Merger
    files: Files
    letterhead: Letterhead
    editions_of: Callable[[AsyncSession], Editions]
    batches_of: Callable[[AsyncSession], Batches]
    kept: timedelta = KEPT
    part: int = PART
    lines: int = LINES

    async def step(self, job: Job) -> Outcome:
        """Does one step. A batch that was erased meanwhile needs none."""
        steps = {"plan": self._plan, "part": self._part, "join": self._join, "forget": self._forget}
        try:
            return await steps[job.payload["step"]](job, UUID(job.payload["batch_id"]))
        except ObjectsAway as away:
            return RetryLater(_PAUSE, away.code)
        except ObjectMissing:
            raise
        except NotFound:
            return Done()

    async def give_up(self, job: Job, code: str) -> Outcome:
        """What kept failing ends the batch: its agent sees it."""
        batch_id = UUID(job.payload["batch_id"])

        async def record(uow: UnitOfWork) -> None:
            await self.batches_of(uow.session).end(batch_id, None, None)

        return GiveUp(code, record if job.payload["step"] != "forget" else None)

    async def _plan(self, job: Job, batch_id: UUID) -> Outcome:
        batch, editions = await self._loaded(job, batch_id)
        names = await self._names(editions)
        placed: list[Item] = []
        printed = 0
        for place, item in enumerate(sorted(batch.items, key=lambda item: names.key(item.edition_id))):
            if editions[item.edition_id].document is None:
                placed.append(Item(item.edition_id, place, None, NOT_MADE))
            else:
                placed.append(Item(item.edition_id, place, printed // self.part))
                printed += 1
        parts = -(-printed // self.part)

        async def record(uow: UnitOfWork) -> None:
            await self.batches_of(uow.session).plan(batch_id, placed, parts)
            for number in range(parts):
                await order(uow.session, batch_id, "part", number)
            if not parts:
                await order(uow.session, batch_id, "join")
            await order(uow.session, batch_id, "forget", delay=self.kept)

        return Done(record)

    async def _part(self, job: Job, batch_id: UUID) -> Outcome:
        number = int(job.payload["number"])
        batch, editions = await self._loaded(job, batch_id)
        contents: dict[UUID, bytes] = {}
        lost: dict[UUID, str] = {}
        for item in batch.items:
            document = editions[item.edition_id].document
            if item.part != number or document is None:
                continue
            try:
                contents[item.edition_id] = await self.files.get(document)
            except (ObjectMissing, ObjectAltered) as refusal:
                lost[item.edition_id] = refusal.code
        merged = await self._merged(f"p{number}", contents, lost, even=batch.recto_verso)
        part = await self._store(batch_id, merged) if merged else None

        async def record(uow: UnitOfWork) -> None:
            if await self.batches_of(uow.session).part_done(batch_id, number, part, lost):
                await order(uow.session, batch_id, "join")

        return Done(record)

    async def _merged(
        self, name: str, contents: dict[UUID, bytes], lost: dict[UUID, str], *, even: bool
    ) -> bytes | None:
        """All of them in one; when that fails each is tried alone, and what fails alone is lost."""
        try:
            return await self.merger.merge(each(contents.values()), name=name, even=even) if contents else None
        except CannotMerge:
            for edition_id, content in list(contents.items()):
                try:
                    await self.merger.merge(each([content]))
                except CannotMerge:
                    lost[edition_id] = UNREADABLE
                    del contents[edition_id]
        return await self.merger.merge(each(contents.values()), name=name, even=even) if contents else None

    async def _join(self, job: Job, batch_id: UUID) -> Outcome:
        batch, editions = await self._loaded(job, batch_id)
        async with job.database.read() as session:
            parts = await self.batches_of(session).parts(batch_id)
        names = await self._names(editions)
        before, lists = await self._lists(batch, editions, names)
        placed, pages = batch.placed(_pages(editions), before)
        outline = [("Liste", 0), *((names.shown(of), page - 1) for of, page in placed.items())]

        async def sources() -> AsyncIterator[bytes]:
            yield lists
            for part in parts:
                yield await self.files.get(part)

        document = await self._store(batch_id, await self.merger.merge(sources(), outline, even=batch.recto_verso))

        async def record(uow: UnitOfWork) -> None:
            await self.batches_of(uow.session).end(batch_id, document, pages)

        return Done(record)

    async def _forget(self, _: Job, batch_id: UUID) -> Outcome:
        """Files first: a kill between leaves the row, by which they are deleted again."""
        async for some in self.files.listed(f"batches/{batch_id}"):
            for one in some:
                await self.files.delete(one.name)

        async def record(uow: UnitOfWork) -> None:
            await self.batches_of(uow.session).forget(batch_id)

        return Done(record)

    async def _lists(self, batch: Batch, editions: Mapping[UUID, EditionRow], names: Names) -> tuple[int, bytes]:
        """The list as a PDF, and its pages: they come first, so it is set until it has as many as it counts on."""
        before = 0
        for _ in range(_MOST_SETTINGS):
            placed, _ = batch.placed(_pages(editions), before)
            lines = _lines(batch, editions, names, placed)
            sheets = print_lists(batch.title, legal_date(batch.made_at), self.letterhead, lines, self.lines)
            pages, contents = await self._set(sheets)
            if pages == before:
                return before, await self.merger.merge(each(contents), name="l")
            before = pages
        raise RuntimeError("the list of a print batch does not settle")

    async def _set(self, sheets: Iterable[PrintList]) -> tuple[int, list[bytes]]:
        made = [await self.renderer.render(sheet.kind.value, sheet.model_dump(), batch=True) for sheet in sheets]
        return sum(pdf.pages for pdf in made), [pdf.content for pdf in made]

    async def _loaded(self, job: Job, batch_id: UUID) -> tuple[Batch, dict[UUID, EditionRow]]:
        async with job.database.read() as session:
            batch = await self.batches_of(session).get(batch_id)
            rows = await self.editions_of(session).some([item.edition_id for item in batch.items])
        return batch, {row.id: row for row in rows}

    async def _names(self, editions: Mapping[UUID, EditionRow]) -> Names:
        """Opening thousands of blocks takes seconds, beside the event loop."""
        return await asyncio.to_thread(lambda: Names({row.id: self._name(row) for row in editions.values()}))

    def _name(self, row: EditionRow) -> tuple[str, str]:
        if row.recipient is None:
            return f"CER n° {row.numero}", ""
        try:
            identity = self.keys.open_token(Identity, row.recipient)
        except BlockNotReadable:
            return f"CER n° {row.numero}", ""
        return (identity.nom_usage or identity.nom_naissance), identity.prenom

    async def _store(self, batch_id: UUID, content: bytes) -> FileRef:
        digest = hashlib.sha256(content).hexdigest()
        return await self.files.put(f"batches/{batch_id}/{digest}.pdf", content)


def _pages(editions: Mapping[UUID, EditionRow]) -> dict[UUID, int]:
    return {row.id: row.pages or 0 for row in editions.values()}


def _lines(batch: Batch, editions: Mapping[UUID, EditionRow], names: Names, placed: Mapping[UUID, int]) -> list[Line]:
    """What the list says of each."""
    lines: list[Line] = []
    for item in batch.items:
        row = editions[item.edition_id]
        kind = KINDS[EditionKind(row.kind)]
        lines.append(
            Line(
                name=names.shown(row.id),
                what=f"CER n° {row.numero}, {kind.removeprefix('CER ')}",
                page=placed.get(row.id, 0),
                failure=_REASONS.get(item.failure, item.failure) if item.failure else "",
            )
        )
    return lines
