"""Puts documents together."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from services.documents.adapters.batches import SqlBatches
from services.documents.adapters.blanks import SqlBlanks
from services.documents.adapters.commissions import SqlCommissionFiles, SqlPapers
from services.documents.adapters.legal_texts import SqlLegalTexts
from services.documents.adapters.merging.merger import MergeProcess
from services.documents.adapters.rendering.checking import check_templates
from services.documents.adapters.rendering.html import Templates
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.adapters.rendering.trying import Limits, try_templates
from services.documents.adapters.repository import SqlEditions
from services.documents.application.commands.blanks import BLANK, BlankKeeper, Press
from services.documents.application.commands.editions import Studio
from services.documents.application.commands.papers import PaperStudio
from services.documents.application.commands.printing import PRINT, PrintShop
from services.documents.application.ports import Files, Renderer
from services.documents.application.reactions import KIND, LATER, PAPERS
from services.documents.domain.links import Links
from services.documents.domain.print_list import LINES
from services.documents.domain.printing import PART
from services.documents.domain.rights import IMPERSONAL, RIGHTS
from services.documents.entrypoints.consumers import FORGETTING, consumers
from services.documents.entrypoints.http import ROUTERS
from services.documents.settings import Settings
from shared.accounts.following import Accounts, following
from shared.audit.auditing import Audited
from shared.database.engine import Database
from shared.erasure.rows import ERASE_FILES
from shared.http.rights import allowed
from shared.kernel.clock import SystemClock
from shared.messaging.consumer import Consumer
from shared.messaging.worker import Worker
from shared.objects.store import Objects
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.runtime.service import build_app
from shared.runtime.supervisor import Background
from shared.security.sealing import KeyRing
from shared.security.secrets import load_secrets

__all__ = ["Settings", "build", "operations"]

# Of what merges: short, so that after a kill it goes on within the minute, and renewed while a step is under way.
MERGE_LEASE_SECONDS = 45.0
# Merges up to their own limit, a hundred letters one by one when one of them was damaged, hundreds of copies: beyond
# this a step hangs.
MERGE_HELD_SECONDS = 3600.0
# Beyond the render's own limit: waiting for a turn, storing and telling.
LEASE_MARGIN_SECONDS = 60.0
POLL_SECONDS = 0.2


def build(settings: Settings, roles: frozenset[ProcessRole]) -> FastAPI:
    """The service as an ASGI app that runs these parts. Raises TemplatesRefused."""
    check_templates(settings.look)
    platform = Platform(settings)
    files, clock = platform.objects("documents"), SystemClock()
    return build_app(
        "documents",
        platform,
        roles,
        title="CER : éditions",
        clock=clock,
        audited=Audited(partial(allowed, RIGHTS), IMPERSONAL),
        routers=ROUTERS,
        consumers=_listening(platform.database),
        accounts=Accounts(platform.database),
        workers=[
            _rendering(settings, platform, files),
            Background(ERASE_FILES, FORGETTING.worker(platform.database, files).run),
        ],
        state={"files": files, "links": _links(settings), "clock": clock},
    )


def _links(settings: Settings) -> Links:
    """Download links; without a key each is refused by name."""
    return Links(load_secrets(settings.keys_dir, "links"), timedelta(minutes=settings.link_minutes))


def operations() -> tuple[Database, list[Consumer]]:
    """What an operator's commands work on."""
    platform = Platform(Settings())
    return platform.database, _listening(platform.database)


def _listening(database: Database) -> list[Consumer]:
    return [*consumers(database), following("documents", database)]


def _rendering(settings: Settings, platform: Platform, files: Objects) -> Background:
    """The workers and their processes, which live and end together."""
    pool = RenderPool(
        settings.look,
        settings.fonts,
        size=settings.render_processes,
        recycle_after=settings.render_recycle,
        limit_seconds=settings.render_seconds,
        memory_mib=settings.render_memory_mib,
    )
    keeper = blank_keeper(settings, platform.database, pool, files)
    workers = (
        *rendering_workers(settings, platform.database, platform.keys, pool, files),
        printing_worker(settings, platform.database, platform.keys, pool, files),
        blank_worker(keeper),
    )

    async def run() -> None:
        if settings.templates:
            limits = Limits(seconds=settings.render_seconds, memory_mib=settings.render_memory_mib)
            await asyncio.to_thread(try_templates, settings.look, settings.fonts, limits)
        try:
            await pool.start()
            async with asyncio.TaskGroup() as running:
                running.create_task(keeper.run())
                for worker in workers:
                    running.create_task(worker.run())
        finally:
            await pool.close()

    return Background("rendering", run)


def rendering_workers(
    settings: Settings, database: Database, keys: KeyRing, renderer: Renderer, files: Files
) -> tuple[Worker, ...]:
    """Make what was ordered: the editions for which an agent waits, the others, the papers of sessions."""
    studio = Studio(
        keys=keys,
        renderer=renderer,
        files=files,
        letterhead=settings.letterhead,
        clock=SystemClock(),
        editions_of=lambda uow: SqlEditions(uow.session),
        database=database,
        texts_of=SqlLegalTexts,
    )
    editions = tuple(
        Worker(
            database,
            kind,
            replace(studio, batch=kind == LATER).render,
            concurrency=settings.render_processes,
            lease_seconds=settings.render_seconds + LEASE_MARGIN_SECONDS,
            on_give_up=studio.give_up,
            poll_seconds=POLL_SECONDS,
        )
        for kind in (KIND, LATER)
    )
    return (*editions, _papers_worker(settings, database, keys, renderer, files))


def _papers_worker(settings: Settings, database: Database, keys: KeyRing, renderer: Renderer, files: Files) -> Worker:
    """Makes the papers of sessions, one at a time: nobody waits for them."""
    papers = PaperStudio(
        keys=keys,
        renderer=renderer,
        files=files,
        letterhead=settings.letterhead,
        clock=SystemClock(),
        database=database,
        commission_files_of=SqlCommissionFiles,
        papers_of=SqlPapers,
    )
    return Worker(
        database,
        PAPERS,
        papers.render,
        concurrency=1,
        lease_seconds=settings.render_seconds + LEASE_MARGIN_SECONDS,
        on_give_up=papers.give_up,
        poll_seconds=POLL_SECONDS,
    )


def printing_worker(
    settings: Settings,
    database: Database,
    keys: KeyRing,
    renderer: Renderer,
    files: Files,
    *,
    part: int = PART,
    lines: int = LINES,
) -> Worker:
    """Puts print batches together, one step at a time: whoever waits for an edition keeps a processor."""
    shop = PrintShop(
        keys=keys,
        renderer=renderer,
        merger=MergeProcess(settings.print_memory_mib),
        files=files,
        letterhead=settings.letterhead,
        editions_of=SqlEditions,
        batches_of=SqlBatches,
        kept=timedelta(days=settings.print_days),
        part=part,
        lines=lines,
    )
    return Worker(
        database,
        PRINT,
        shop.step,
        concurrency=1,
        lease_seconds=MERGE_LEASE_SECONDS,
        held_seconds=MERGE_HELD_SECONDS,
        on_give_up=shop.give_up,
        poll_seconds=POLL_SECONDS,
    )


def blank_keeper(settings: Settings, database: Database, renderer: Renderer, files: Files) -> BlankKeeper:
    """Keeps the CERs vierges of the territories."""
    return BlankKeeper(
        press=Press(renderer, MergeProcess(settings.print_memory_mib), settings.letterhead),
        files=files,
        copies=settings.blank_copies,
        clock=SystemClock(),
        database=database,
        fingerprint=Templates(settings.look).fingerprint,
        blanks_of=SqlBlanks,
        texts_of=SqlLegalTexts,
    )


def blank_worker(keeper: BlankKeeper) -> Worker:
    """Makes the files that the keeper ordered, one at a time."""
    return Worker(
        keeper.database,
        BLANK,
        keeper.make,
        concurrency=1,
        lease_seconds=MERGE_LEASE_SECONDS,
        held_seconds=MERGE_HELD_SECONDS,
    )
