"""Puts signature together."""

from functools import partial
from pathlib import Path

from fastapi import FastAPI

from services.signature.adapters.deliveries import Deliveries
from services.signature.adapters.own_certificate import PEPPER_FILE
from services.signature.adapters.pages import PdfiumPages
from services.signature.adapters.repository import Quotas, Requests
from services.signature.adapters.seal_process import SealProcess
from services.signature.application.commands import acts, receipts
from services.signature.application.commands.means import Means
from services.signature.application.commands.sealing import SEAL_KIND, Sealing
from services.signature.application.ports import RequestsOf
from services.signature.application.reactions import Ears
from services.signature.domain.phone import prefixes_of
from services.signature.entrypoints.consumers import FORGETTING, consumers
from services.signature.entrypoints.http import evidence_router, phone_router, receipts_router, router
from services.signature.settings import Settings
from shared.accounts.following import Accounts, following
from shared.database.engine import Database
from shared.erasure.rows import ERASE_FILES
from shared.kernel.clock import Clock, SystemClock
from shared.messaging.consumer import Consumer
from shared.messaging.worker import Worker
from shared.objects.store import Objects
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.runtime.service import build_app, every
from shared.runtime.supervisor import Background
from shared.sms.settings import gateway_of

__all__ = ["Settings", "build", "operations"]

MIN_PEPPER = 32


def build(settings: Settings, roles: frozenset[ProcessRole], clock: Clock | None = None) -> FastAPI:
    """The service as an ASGI app that runs these parts. The seal's key is read where it is used: by the worker."""
    clock = clock or SystemClock()
    platform = Platform(settings)
    sms = gateway_of(settings, clock)
    pages = PdfiumPages()
    objects = platform.objects("signature")
    means = Means(
        database=platform.database,
        requests_of=_requests_of(platform),
        quotas_of=lambda uow: Quotas(uow.session),
        deliveries_of=lambda uow: Deliveries(uow.session),
        keys=platform.keys,
        pepper=_pepper(settings.keys_dir / PEPPER_FILE),
        sms=sms,
        clock=clock,
        prefixes=prefixes_of(settings.sms_prefixes),
        ceilings=settings.ceilings,
        public_url=settings.public_url,
    )

    seal = SealProcess(settings.keys_dir, settings.seal) if ProcessRole.WORKER in roles else None

    async def stop() -> None:
        pages.close()
        if seal is not None:
            seal.close()
        await sms.close()

    return build_app(
        "signature",
        platform,
        roles,
        title="CER : signature par SMS",
        routers=[router, evidence_router, receipts_router, *([phone_router] if settings.public_url else [])],
        consumers=_listening(settings, platform, clock),
        accounts=Accounts(platform.database, clock),
        workers=_workers(settings, platform, means, objects, seal) if seal is not None else (),
        state={"means": means, "pages": pages, "objects": objects},
        on_stop=stop,
    )


def operations() -> tuple[Database, list[Consumer]]:
    """What an operator's commands work on."""
    settings = Settings()
    platform = Platform(settings)
    return platform.database, _listening(settings, platform, SystemClock())


def _listening(settings: Settings, platform: Platform, clock: Clock) -> list[Consumer]:
    database = platform.database
    return [*consumers(database, _ears(settings, platform, clock)), following("signature", database)]


def _workers(
    settings: Settings, platform: Platform, means: Means, objects: Objects, seal: SealProcess
) -> list[Background]:
    sealing = Sealing(means.requests_of, platform.keys, objects, seal, means.clock)
    worker = Worker(platform.database, SEAL_KIND, sealing.handle, wake=means.sealing, on_give_up=sealing.give_up)
    expiry = partial(every, settings.expiry_seconds, partial(_expire_all, means))
    asking = partial(every, settings.sms_receipt_seconds, partial(_ask_receipts, means))
    erasing = FORGETTING.worker(platform.database, objects)
    return [
        Background("sealing", worker.run),
        Background("expiry", expiry),
        Background("receipts", asking),
        Background(ERASE_FILES, erasing.run),
    ]


async def _expire_all(means: Means) -> None:
    while await acts.expire_due(means) or await acts.lock_spent(means):
        pass


async def _ask_receipts(means: Means) -> None:
    await receipts.ask(means)


def _requests_of(platform: Platform) -> RequestsOf:
    return lambda uow: Requests(uow.session, platform.keys)


def _ears(settings: Settings, platform: Platform, clock: Clock) -> Ears:
    return Ears(_requests_of(platform), platform.keys, clock, prefixes_of(settings.sms_prefixes))


def _pepper(path: Path) -> bytes:
    """The key of the codes' hashes, never in the database. Raises OSError, ValueError when it is too short."""
    pepper = path.read_bytes().strip()
    if len(pepper) < MIN_PEPPER:
        raise ValueError(f"{path.name}: at least {MIN_PEPPER} bytes are needed")
    return pepper
