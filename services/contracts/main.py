"""Puts contracts together."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from fastapi import FastAPI

from services.contracts.adapters.files.clamav import ClamAv, NoScan
from services.contracts.adapters.files.reception import Reception
from services.contracts.adapters.mapped.mapping import read_mapping
from services.contracts.adapters.mapped.reading import read_lines
from services.contracts.adapters.nir import nirs_of
from services.contracts.adapters.phones import FrenchTelephones
from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.analysis import Analysis
from services.contracts.application.commands.duplicates import seek
from services.contracts.application.commands.files import DESTROY, SCAN
from services.contracts.application.commands.reference import follow_ranks
from services.contracts.application.commands.signing import Patience, give_up_overdue
from services.contracts.application.commands.staging import Staging
from services.contracts.application.ports import Nirs
from services.contracts.application.ports.files import VirusScan
from services.contracts.application.reactions.erasures import file_eraser, watch_unanswered
from services.contracts.application.reactions.hearing import Means
from services.contracts.domain.imports.lines import Part, Rules
from services.contracts.domain.imports.people import IMPORT_PREFIX
from services.contracts.domain.imports.run import Run
from services.contracts.domain.rights import IMPERSONAL
from services.contracts.entrypoints.consumers import consumers
from services.contracts.entrypoints.http import UPLOADS, routers
from services.contracts.entrypoints.http.counter import ImportLimits, Tools, counter
from services.contracts.settings import Settings
from shared.audit.auditing import Audited
from shared.database.engine import Database
from shared.erasure.rows import ERASE_FILES
from shared.kernel.clock import Clock, SystemClock
from shared.messaging.consumer import Consumer
from shared.messaging.worker import Worker
from shared.objects.errors import ObjectsAway
from shared.objects.store import Objects
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.runtime.service import build_app, every
from shared.runtime.supervisor import Background
from shared.telemetry.logs import get_logger

__all__ = ["Settings", "build", "operations"]

log = get_logger(__name__)

SWEEP_SECONDS = 3600.0

UNANSWERED_SECONDS = 60.0

RANKS_SECONDS = 5.0


def build(settings: Settings, roles: frozenset[ProcessRole], clock: Clock | None = None) -> FastAPI:
    """The service as an ASGI app that runs these parts."""
    clock, platform, nirs = clock or SystemClock(), Platform(settings), nirs_of(settings.nir_key_file)
    staging = Staging(platform.database, stores_of, clock, partial(_import_reader, nirs))
    vault = platform.objects("contracts")
    analysis = Analysis(platform.database, stores_of, vault, _scanner(settings))
    tools = Tools(
        stores_of,
        FrenchTelephones(),
        clock,
        _patience(settings),
        Reception(settings.files_max_mib),
        vault,
        ImportLimits(settings.imports_max_mib, settings.imports_keep_days),
        settings.weekly_hours,
        nirs,
    )
    return build_app(
        "contracts",
        platform,
        roles,
        title="CER : dossiers et contrats",
        clock=clock,
        audited=Audited(counter, IMPERSONAL),
        routers=routers,
        consumers=consumers(platform.database, _means(settings, platform, clock)),
        workers=[
            *_regular(settings, platform, clock),
            *_analysis(analysis, clock),
            *_erasing(platform, vault, clock),
            _imports(settings, staging),
        ],
        state={"tools": tools, "analysis": analysis, "staging": staging},
        uploads=UPLOADS,
        facts={"virus_scan": "none" if settings.clamav == "none" else "clamav"},
    )


def operations() -> tuple[Database, list[Consumer]]:
    """What an operator's commands work on."""
    settings = Settings()
    platform = Platform(settings)
    return platform.database, consumers(platform.database, _means(settings, platform, SystemClock()))


def _means(settings: Settings, platform: Platform, clock: Clock) -> Means:
    return Means(stores_of, platform.keys, clock, _patience(settings))


def _patience(settings: Settings) -> Patience:
    return Patience(
        preparing=timedelta(minutes=settings.signing_prepare_minutes),
        beyond_expiry=timedelta(minutes=settings.signing_grace_minutes),
    )


def _erasing(platform: Platform, vault: Objects, clock: Clock) -> list[Background]:
    """Deletes the files of erased persons, and tells how long the services leave an erasure unanswered."""
    files = file_eraser(vault, stores_of, clock)

    async def look() -> None:
        await watch_unanswered(platform.database, stores_of, clock)

    return [
        Background(ERASE_FILES, files.worker(platform.database).run),
        Background("erasures-unanswered", partial(every, UNANSWERED_SECONDS, look)),
    ]


def _deadlines(settings: Settings, platform: Platform, clock: Clock) -> Background:
    async def look() -> None:
        while await give_up_overdue(platform.database, stores_of, clock):
            pass

    return Background("signing-deadlines", partial(every, settings.deadlines_seconds, look))


def _duplicates(settings: Settings, platform: Platform, clock: Clock) -> Background:
    after: UUID | None = None

    async def look() -> None:
        nonlocal after
        after = await seek(platform.database, stores_of, clock, after)

    return Background("duplicates", partial(every, settings.duplicates_seconds, look))


def _regular(settings: Settings, platform: Platform, clock: Clock) -> list[Background]:
    """What only looks at the database, from time to time."""
    return [
        _deadlines(settings, platform, clock),
        _duplicates(settings, platform, clock),
        _ranks(platform),
    ]


def _ranks(platform: Platform) -> Background:
    async def look() -> None:
        if followed := await follow_ranks(platform.database, stores_of):
            log.info("worklist.ranks_followed", cers=followed)

    return Background("ranks", partial(every, RANKS_SECONDS, look))


def _imports(settings: Settings, staging: Staging) -> Background:
    async def look() -> None:
        await staging.work()

    return Background("imports", partial(every, settings.imports_seconds, look))


def _import_reader(nirs: Nirs | None, file: BinaryIO, run: Run) -> tuple[Rules, Iterator[Part]]:
    mapping = read_mapping(run.mapping, run.mapping_text.encode())
    rules = Rules(
        origin=IMPORT_PREFIX + mapping.name,
        file_date=run.file_date,
        prefer=mapping.contact.prefer,
        source=mapping.source or mapping.name,
        territory=run.territory,
    )
    return rules, read_lines(file, mapping, nirs)


def _scanner(settings: Settings) -> VirusScan:
    return NoScan() if settings.clamav == "none" else ClamAv(settings.clamav)


def _analysis(analysis: Analysis, clock: Clock) -> list[Background]:
    """What works on pièces jointes once they are received, or gone."""

    async def sweep() -> None:
        try:
            await analysis.sweep(clock)
        except ObjectsAway:
            log.warning("files.sweep_put_off")

    database = analysis.database
    scanning = Worker(database, SCAN, analysis.scan, on_give_up=analysis.give_up)
    destroying = Worker(database, DESTROY, analysis.destroy, concurrency=1, on_give_up=analysis.destroy_later)
    return [
        Background(SCAN, scanning.run),
        Background(DESTROY, destroying.run),
        Background("files-sweep", partial(every, SWEEP_SECONDS, sweep)),
    ]
