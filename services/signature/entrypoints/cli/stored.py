"""`cer signature extend --stored`: what the service keeps, made to last."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import typer

from services.signature.adapters.dossier_reading import is_pdf
from services.signature.adapters.kept_files import KeptFiles
from services.signature.adapters.lasting import WITHOUT_PROOFS
from services.signature.adapters.repository import Requests
from services.signature.application.commands.lasting import Prolongation, prolong
from services.signature.application.commands.naming import beside
from services.signature.application.ports.kept import Kept
from services.signature.entrypoints.cli.archive import Archive, Extension
from services.signature.settings import Settings
from shared.events.files import FileRef
from shared.kernel.errors import NotFound, Refusal
from shared.objects.store import Objects, name_in
from shared.runtime.platform import Platform

AT_A_TIME = 50


@dataclass
class Tally:
    """What was done so far."""

    looked_at: int = 0
    extended: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.looked_at} fichier(s) examiné(s), {self.extended} prolongé(s), {self.failed} en échec"


@dataclass(frozen=True)
class Cellar:
    """Where the files are kept, and what is told of them."""

    platform: Platform
    objects: Objects

    async def ending(self, before: datetime, after: UUID | None) -> list[Kept]:
        """The next ones that end too soon."""
        async with self.platform.database.begin() as uow:
            return await KeptFiles(uow.session).ending(before, after, AT_A_TIME)

    async def prolong(self, done: Prolongation) -> None:
        """The longer files stand for the others, in one transaction with the word of it."""
        async with self.platform.database.begin() as uow:
            requests = Requests(uow.session, self.platform.keys)
            await prolong(uow, requests, KeptFiles(uow.session), done)


async def extend_stored(archive: Archive, settings: Settings) -> bool:
    """Extends what ends too soon, signature by signature; whether nothing is left to be done.

    What is done is noted at once: begun again, only the rest is looked at. The shorter file stays in the store, for
    events that point at it.
    """
    platform, tally = Platform(settings), Tally()
    cellar = Cellar(platform, platform.objects("signature"))
    try:
        after = None
        while found := await cellar.ending(archive.before, after):
            for kept in found:
                await _extend(archive, cellar, kept, tally)
            after = found[-1].request_id
            typer.echo(str(tally))
    finally:
        await platform.database.close()
    typer.echo(f"Terminé : {tally}.")
    return not tally.failed


async def _extend(archive: Archive, cellar: Cellar, kept: Kept, tally: Tally) -> None:
    longer, ends = {}, []
    for ref in kept.files:
        tally.looked_at += 1
        done, stored = await _extended(archive, cellar.objects, ref)
        if stored is not None:
            longer[ref.uri] = stored
        if not done.well:
            tally.failed += 1
            typer.echo(f"{ref.uri} : {' '.join(done.said)}", err=True)
        ends.append(done.until or archive.now)
    try:
        await cellar.prolong(Prolongation(kept, longer, min(ends, default=archive.now)))
        tally.extended += len(longer)
    except NotFound:
        # Erased meanwhile, with the files that the erasure knew of.
        for stored in longer.values():
            await cellar.objects.delete(name_in(stored.uri))


async def _extended(archive: Archive, objects: Objects, ref: FileRef) -> tuple[Extension, FileRef | None]:
    try:
        content = await objects.get(ref)
        if not is_pdf(content):
            return Extension(None, [], WITHOUT_PROOFS, well=True), None
        done = await asyncio.to_thread(archive.extended, content)
        longer = None if done.content is None else await objects.put(beside(ref, done.content, "pdf"), done.content)
    except Refusal as refusal:
        return Extension(None, [refusal.detail]), None
    return done, longer
