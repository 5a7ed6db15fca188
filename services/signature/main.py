"""Puts signature together."""

from functools import partial
from typing import NamedTuple

from fastapi import APIRouter, FastAPI

from services.signature.adapters.deliveries import Deliveries
from services.signature.adapters.department_seal import load_trust
from services.signature.adapters.dossier_reading import signed_json
from services.signature.adapters.kept_files import KeptFiles
from services.signature.adapters.lasting import SealLasting
from services.signature.adapters.pages import PdfiumPages
from services.signature.adapters.repository import Requests
from services.signature.adapters.seal_process import SealProcess
from services.signature.adapters.yousign.account import Account
from services.signature.adapters.yousign.api import YousignApi
from services.signature.adapters.yousign.asking import Asking
from services.signature.adapters.yousign.files import YousignFiles
from services.signature.adapters.yousign.remotes import Remotes
from services.signature.application.commands import acts, receipts
from services.signature.application.commands.addenda import ADDENDUM_KIND, Addenda
from services.signature.application.commands.lasting import Watch
from services.signature.application.commands.means import Means
from services.signature.application.commands.sealing import SEAL_KIND, Sealing
from services.signature.application.commands.yousign.driving import Driving
from services.signature.application.commands.yousign.link import Window
from services.signature.application.commands.yousign.means import Means as YousignMeans
from services.signature.application.commands.yousign.rows import ERASE_KIND, KIND
from services.signature.application.ports import PageImages, RemotesOf, RequestsOf, Seal, SignedFiles
from services.signature.application.reactions import Ears
from services.signature.domain.rights import IMPERSONAL, RIGHTS
from services.signature.domain.values import Provider
from services.signature.entrypoints.consumers import FORGETTING, consumers
from services.signature.entrypoints.http import evidence_router, phone_router, router, yousign_router
from services.signature.settings import Settings
from shared.accounts.following import Accounts, following
from shared.audit.auditing import Audited
from shared.database.engine import Database
from shared.erasure.rows import ERASE_FILES
from shared.http.rights import allowed
from shared.kernel.clock import Clock, SystemClock
from shared.messaging.consumer import Consumer
from shared.messaging.worker import Worker
from shared.objects.store import Objects
from shared.quotas.counting import Quotas
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.runtime.service import build_app, every
from shared.runtime.supervisor import Background
from shared.security.pepper import load_pepper
from shared.sms.door import router as receipts_router
from shared.sms.gateway import SmsGateway
from shared.sms.phones import prefixes_of
from shared.sms.receipts import ReceiptDoor
from shared.sms.settings import gateway_of

__all__ = ["Settings", "build", "operations"]

# A request is handed over by some eight calls, each within its time-outs.
YOUSIGN_LEASE_SECONDS = 300.0


class Yousign(NamedTuple):
    """The département's account at Yousign, where it has one, and the way there."""

    account: Account
    api: YousignApi
    remotes_of: RemotesOf
    files: SignedFiles


def build(settings: Settings, roles: frozenset[ProcessRole], clock: Clock | None = None) -> FastAPI:
    """The service as an ASGI app that runs these parts. The seal's key is read where it is used: by the worker."""
    clock = clock or SystemClock()
    platform = Platform(settings)
    sms = gateway_of(settings, clock)
    pages = PdfiumPages()
    objects = platform.objects("signature")
    means = _means(settings, platform, sms, clock)
    yousign = _yousign(settings, clock, pages)
    window, door = _window(means, yousign), ReceiptDoor(means.pepper, sms, partial(receipts.keep, means))
    seal = SealProcess(settings.keys_dir, settings.seal) if ProcessRole.WORKER in roles else None
    workers: list[Background] = []
    if seal is not None:
        workers = _workers(settings, platform, means, objects, seal)
        if yousign is not None:
            workers += _yousign_workers(settings, means, yousign, seal, objects)

    async def stop() -> None:
        pages.close()
        if seal is not None:
            seal.close()
        if yousign is not None:
            await yousign.api.close()
        await sms.close()

    return build_app(
        "signature",
        platform,
        roles,
        title="CER : signature par SMS",
        clock=clock,
        audited=Audited(partial(allowed, RIGHTS), IMPERSONAL),
        routers=_routers(settings),
        consumers=_listening(settings, platform, clock),
        accounts=Accounts(platform.database, clock),
        workers=workers,
        state={"means": means, "pages": pages, "objects": objects, "yousign": window, "receipts": door},
        on_stop=stop,
    )


def _means(settings: Settings, platform: Platform, sms: SmsGateway, clock: Clock) -> Means:
    return Means(
        database=platform.database,
        requests_of=_requests_of(platform),
        quotas_of=lambda uow: Quotas(uow.session),
        deliveries_of=lambda uow: Deliveries(uow.session),
        keys=platform.keys,
        pepper=load_pepper(settings.keys_dir),
        sms=sms,
        clock=clock,
        prefixes=prefixes_of(settings.sms_prefixes),
        ceilings=settings.ceilings,
        public_url=settings.public_url,
    )


def _routers(settings: Settings) -> list[APIRouter]:
    phones = [phone_router] if settings.public_url else []
    return [router, evidence_router, receipts_router, yousign_router, *phones]


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
    watch = Watch(
        platform.database,
        lambda uow: KeptFiles(uow.session),
        objects,
        SealLasting(load_trust(settings.keys_dir), means.clock),
        means.clock,
        settings.proofs_days,
    )
    watching = partial(every, settings.proofs_seconds, partial(_look_at_proofs, watch))
    erasing = FORGETTING.worker(platform.database, objects)
    addenda = Addenda(means.requests_of, objects, seal, means.clock, signed_json)
    completing = Worker(platform.database, ADDENDUM_KIND, addenda.handle, concurrency=1)
    return [
        Background("sealing", worker.run),
        Background("addenda", completing.run),
        Background("expiry", expiry),
        Background("receipts", asking),
        Background("proofs", watching),
        Background(ERASE_FILES, erasing.run),
    ]


async def _expire_all(means: Means) -> None:
    while await acts.expire_due(means) or await acts.lock_spent(means):
        pass


async def _look_at_proofs(watch: Watch) -> None:
    while await watch.look():
        pass
    await watch.warn()


async def _ask_receipts(means: Means) -> None:
    await receipts.ask(means)


def _requests_of(platform: Platform) -> RequestsOf:
    return lambda uow: Requests(uow.session, platform.keys)


def _ears(settings: Settings, platform: Platform, clock: Clock) -> Ears:
    prefixes = prefixes_of(settings.sms_prefixes)
    provider, mail = settings.signature_provider, settings.yousign_mail
    return Ears(_requests_of(platform), platform.keys, clock, prefixes, provider, mail)


def _yousign(settings: Settings, clock: Clock, pages: PageImages) -> Yousign | None:
    """Raises OSError, ValueError where Yousign is to sign and its files are not there."""
    must = settings.signature_provider is Provider.YOUSIGN
    account = Account.load(settings.keys_dir) if must else Account.found(settings.keys_dir)
    if account is None:
        return None
    asking = Asking(settings.yousign_url, account.key, clock, settings.yousign_timeout_seconds)
    # The signature bears the time of the machines: so does the judgement of what was just signed.
    files = YousignFiles(account.roots, pages, SystemClock())
    return Yousign(account, YousignApi(asking), lambda uow: Remotes(uow.session), files)


def _window(means: Means, yousign: Yousign | None) -> Window | None:
    if yousign is None:
        return None
    secret = yousign.account.secret
    return Window(means, yousign.remotes_of, yousign.api, secret)


def _yousign_workers(
    settings: Settings, means: Means, yousign: Yousign, seal: Seal, objects: Objects
) -> list[Background]:
    driving = Driving(
        YousignMeans(
            means.requests_of,
            yousign.remotes_of,
            means.keys,
            objects,
            seal,
            yousign.api,
            yousign.files,
            means.clock,
            settings.yousign_mail,
            means.prefixes,
        )
    )
    lease = YOUSIGN_LEASE_SECONDS
    drive = Worker(means.database, KIND, driving.handle, lease_seconds=lease, on_give_up=driving.give_up)
    erasing = Worker(means.database, ERASE_KIND, driving.erase, concurrency=1, lease_seconds=lease)
    return [Background(KIND, drive.run), Background(ERASE_KIND, erasing.run)]
