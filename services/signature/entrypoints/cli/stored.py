"""`cer signature extend --stored`: what the service keeps, made to last."""

import asyncio
import hashlib
from dataclasses import dataclass

import typer

from services.signature.adapters.dossier_reading import is_pdf
from services.signature.adapters.kept_files import KeptFiles
from services.signature.adapters.lasting import WITHOUT_PROOFS
from services.signature.application.ports.kept import Kept
from services.signature.entrypoints.cli.archive import Archive, Extension
from services.signature.settings import Settings
from shared.database.engine import Database
from shared.events.files import FileRef
from shared.kernel.errors import Refusal
from shared.objects.store import Objects, name_in
from shared.runtime.platform import open_objects

AT_A_TIME = 50


@dataclass
class Tally:
    """What was done so far."""

    looked_at: int = 0
    extended: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.looked_at} fichier(s) examiné(s), {self.extended} prolongé(s), {self.failed} en échec"


async def extend_stored(archive: Archive, settings: Settings) -> bool:
    """Extends what ends too soon, signature by signature; whether nothing is left to be done.

    What is done is noted at once: begun again, only the rest is looked at. The shorter file stays in the store, where
    events point at it.
    """
    database, objects, tally = Database(settings.database_url), open_objects(settings, "signature"), Tally()
    try:
        after = None
        while True:
            async with database.begin() as uow:
                found = await KeptFiles(uow.session).ending(archive.before, after, AT_A_TIME)
            if not found:
                break
            for kept in found:
                await _extend(archive, database, objects, kept, tally)
            after = found[-1].request_id
            typer.echo(str(tally))
    finally:
        await database.close()
    typer.echo(f"Terminé : {tally}.")
    return not tally.failed


async def _extend(archive: Archive, database: Database, objects: Objects, kept: Kept, tally: Tally) -> None:
    files, ends = [], []
    for ref in kept.files:
        tally.looked_at += 1
        done, longer = await _extended(archive, objects, ref)
        if done.content is not None and longer is not None:
            async with database.begin() as uow:
                await KeptFiles(uow.session).replace(kept.request_id, ref, longer)
            tally.extended += 1
        if not done.well:
            tally.failed += 1
            typer.echo(f"{ref.uri} : {' '.join(done.said)}", err=True)
        files.append(longer or ref)
        ends.append(done.until or archive.now)
    async with database.begin() as uow:
        await KeptFiles(uow.session).ends(Kept(kept.request_id, tuple(files)), min(ends, default=archive.now))


async def _extended(archive: Archive, objects: Objects, ref: FileRef) -> tuple[Extension, FileRef | None]:
    try:
        content = await objects.get(ref)
        if not is_pdf(content):
            return Extension(None, [], WITHOUT_PROOFS, well=True), None
        done = await asyncio.to_thread(archive.extended, content)
        longer = None if done.content is None else await objects.put(_beside(ref, done.content), done.content)
    except Refusal as refusal:
        return Extension(None, [refusal.detail]), None
    return done, longer


def _beside(ref: FileRef, content: bytes) -> str:
    """In the folder of the dossier, so that an erasure finds it; under its own fingerprint."""
    folder = name_in(ref.uri).rpartition("/")[0]
    return f"{folder}/{hashlib.sha256(content).hexdigest()[:16]}.pdf".removeprefix("/")
