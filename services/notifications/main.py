"""Puts notifications together."""

import asyncio
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI

from services.notifications.adapters.composing import JinjaComposer
from services.notifications.adapters.dkim import DkimSigner
from services.notifications.adapters.files import StoredFiles
from services.notifications.adapters.holidays import BankHolidays
from services.notifications.adapters.maileva import MAILEVA_FILE, Maileva, MailevaAccount
from services.notifications.adapters.mime import address_of
from services.notifications.adapters.repository import SqlBatches, SqlOutgoing, SqlPacer, stores_of
from services.notifications.adapters.sms import SmsCarrier
from services.notifications.adapters.smtp import SmtpMailer, SmtpServer
from services.notifications.adapters.templates.checking import check_templates
from services.notifications.adapters.templates.library import Library
from services.notifications.application.commands.desk import Desk
from services.notifications.application.commands.following import Following
from services.notifications.application.commands.handing import Handing
from services.notifications.application.commands.ledger import Ledger
from services.notifications.application.commands.making import DIGEST, FOLLOW_UP, LETTER, MAIL, SMS, Making
from services.notifications.application.commands.posting import Posting
from services.notifications.application.commands.receipts import Receipts
from services.notifications.application.commands.sending import Sending
from services.notifications.application.ports import Post
from services.notifications.domain.catalog import Channel
from services.notifications.domain.hours import Hours
from services.notifications.domain.policy import Policy, PostBy
from services.notifications.domain.remise.model import RemiseLinks
from services.notifications.domain.rights import IMPERSONAL, RIGHTS
from services.notifications.entrypoints.consumers import consumers
from services.notifications.entrypoints.http import routers
from services.notifications.entrypoints.http.remise import router as remise_router
from services.notifications.settings import Settings
from shared.accounts.following import Accounts, following
from shared.audit.auditing import Audited
from shared.database.engine import Database
from shared.http.rights import allowed
from shared.kernel.clock import Clock, SystemClock
from shared.messaging.consumer import Consumer
from shared.messaging.worker import Handler, Worker
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.runtime.service import build_app
from shared.runtime.supervisor import Background
from shared.security.pepper import load_pepper
from shared.sms.chain import SmsChain
from shared.sms.door import router as receipts_router
from shared.sms.phones import prefixes_of
from shared.sms.receipts import ReceiptDoor
from shared.sms.settings import gateway_of

__all__ = ["Settings", "build", "making_of", "office_of", "operations"]

DKIM_FILE = "dkim.pem"
# A slow server may take its time at each step of a transaction (RFC 5321 §4.5.3.2); a row that waits for one such mail
# goes back before its lease ends.
STEPS, PATIENCE = 8, 4
# Mails that are ready, being sent or being recorded, for each that is being sent.
IN_HAND = 8


def build(settings: Settings, roles: frozenset[ProcessRole], clock: Clock | None = None) -> FastAPI:
    """The service as an ASGI app that runs these parts. Raises TemplatesRefused, and what names a wrong setting."""
    platform, clock = Platform(settings), clock or SystemClock()
    library = library_of(settings, clock)
    making = making_of(settings, platform, clock)
    office = office_of(settings, platform, clock, library) if ProcessRole.WORKER in roles else None
    outside = _outside(settings, platform, clock)

    async def stop() -> None:
        if office is not None:
            await office.close()
        if outside is not None:
            await outside.sms.close()

    return build_app(
        "notifications",
        platform,
        roles,
        title="CER : messages",
        clock=clock,
        audited=Audited(partial(allowed, RIGHTS), IMPERSONAL),
        routers=[*routers, *([receipts_router, remise_router] if outside else [])],
        consumers=[*consumers(platform.database, making), following("notifications", platform.database)],
        accounts=Accounts(platform.database),
        workers=[Background(worker.kind, worker.run) for worker in office.workers] if office else (),
        on_stop=stop,
        state={
            "making": making,
            "clock": clock,
            "library": library,
            "composer": JinjaComposer(library),
            "stores_of": stores_of,
            "batches_of": lambda uow: SqlBatches(uow.session),
            "receipts": outside.receipts if outside else None,
            "handing": outside.handing if outside else None,
        },
    )


@dataclass(frozen=True)
class Outside:
    """What is reached from outside the administration's network."""

    sms: SmsChain
    receipts: ReceiptDoor
    handing: Handing


def _outside(settings: Settings, platform: Platform, clock: Clock) -> Outside | None:
    """None where the site gives the service no public address. Raises OSError, ValueError without a pepper."""
    links = links_of(settings)
    if links is None:
        return None
    sms = gateway_of(settings, clock)
    keeping = Receipts(Ledger(stores_of, platform.keys, clock))
    door = ReceiptDoor(links.pepper, sms, partial(keeping.brought, platform.database))
    handing = Handing(
        database=platform.database,
        stores_of=stores_of,
        keys=platform.keys,
        links=links,
        sms=sms,
        files=StoredFiles(platform.objects("notifications")),
        clock=clock,
        ceilings=settings.ceilings,
    )
    return Outside(sms, door, handing)


def operations() -> tuple[Database, list[Consumer]]:
    """What an operator's commands work on."""
    settings = Settings()
    platform = Platform(settings)
    making = making_of(settings, platform, SystemClock())
    database = platform.database
    return database, [*consumers(database, making), following("notifications", database)]


def library_of(settings: Settings, clock: Clock) -> Library:
    """The templates, tried. Raises TemplatesRefused."""
    site = {"portal_url": settings.portal_url.rstrip("/"), "departement": settings.departement}
    library = Library(settings.message_templates, site)
    check_templates(library, settings.message_templates, clock)
    return library


def policy_of(settings: Settings) -> Policy:
    """What the site chose."""
    return Policy(
        hours=Hours(
            settings.send_from_hour,
            settings.send_until_hour,
            BankHolidays(settings.holidays_of),
            any_day=settings.send_any_day,
        ),
        digest_hours=settings.digest_hours,
        service_mails=settings.service_mails,
        decision_letter=settings.decision_letter,
        post=settings.post,
        at_any_hour=frozenset(settings.at_any_hour),
        signed_cer=settings.signed_cer,
        signed_cer_days=settings.signed_cer_days,
        prefixes=prefixes_of(settings.sms_prefixes),
    )


def making_of(settings: Settings, platform: Platform, clock: Clock) -> Making:
    """What makes messages."""
    return Making(stores_of, platform.keys, clock, policy_of(settings), links_of(settings))


def links_of(settings: Settings) -> RemiseLinks | None:
    """What makes links to signed CERs; none without a public address. Raises OSError, ValueError without a pepper."""
    return RemiseLinks(load_pepper(settings.keys_dir), settings.public_url) if settings.public_url else None


@dataclass(frozen=True)
class Office:
    """The workers that send, and what they hold open."""

    workers: tuple[Worker, ...]
    mailer: SmtpMailer
    sms: SmsChain
    post: Post | None

    async def close(self) -> None:
        """Takes leave of the providers."""
        await self.mailer.close()
        await self.sms.close()
        if self.post is not None:
            await self.post.close()


def office_of(settings: Settings, platform: Platform, clock: Clock, library: Library | None = None) -> Office:
    """The workers of a process."""
    mailer, sms = mailer_of(settings), gateway_of(settings, clock)
    post = _post(settings, clock)
    rates = {
        mailer.provider: settings.mail_per_second,
        "sms": settings.sms_per_second,
        "maileva": settings.post_per_second,
    }
    pacer = SqlPacer(platform.database, rates, clock)
    ledger = Ledger(stores_of, platform.keys, clock)
    files = StoredFiles(platform.objects("notifications"))
    sending = Sending(
        stores_of=stores_of,
        keys=platform.keys,
        composer=JinjaComposer(library or library_of(settings, clock), links_of(settings)),
        files=files,
        desks=_desks(settings, mailer, SmsCarrier(sms), pacer),
        outgoing=SqlOutgoing(platform.database),
        clock=clock,
        policy=policy_of(settings),
        ledger=ledger,
    )
    follow = Following(stores_of, sms, post, clock, ledger)
    workers = [*_senders(settings, platform.database, sending), Worker(platform.database, FOLLOW_UP, follow.follow)]
    if post is not None:
        posting = Posting(stores_of, platform.keys, files, post, pacer, ledger)
        workers.append(
            Worker(
                platform.database,
                LETTER,
                posting.send,
                concurrency=1,
                # A token, a draft, its document, its recipient, its state and its submission.
                lease_seconds=settings.post_timeout_seconds * 8,
                on_give_up=posting.on_give_up,
            )
        )
    return Office(tuple(workers), mailer, sms, post)


def _desks(settings: Settings, mailer: SmtpMailer, sms: SmsCarrier, pacer: SqlPacer) -> dict[Channel, Desk]:
    patience = settings.smtp_timeout_seconds * PATIENCE
    return {
        Channel.MAIL: Desk(mailer, pacer, asyncio.Semaphore(settings.mail_workers), patience),
        Channel.SMS: Desk(sms, pacer, asyncio.Semaphore(settings.sms_workers), patience),
    }


def _senders(settings: Settings, database: Database, sending: Sending) -> list[Worker]:
    """Mails that leave at once, digests behind them, SMS."""
    lease = settings.smtp_timeout_seconds * (STEPS + PATIENCE)

    def worker(kind: str, handler: Handler, places: int, in_hand: int = 1, behind: str | None = None) -> Worker:
        return Worker(
            database,
            kind,
            handler,
            concurrency=places * in_hand,
            lease_seconds=lease,
            on_lost=sending.on_lost,
            on_give_up=sending.on_give_up,
            behind=behind,
            places=places,
        )

    return [
        worker(MAIL, sending.send, settings.mail_workers, IN_HAND),
        worker(DIGEST, sending.send_digest, 1, behind=MAIL),
        worker(SMS, sending.send, settings.sms_workers),
    ]


def mailer_of(settings: Settings) -> SmtpMailer:
    """What hands mails over. Raises OSError and ValueError where the DKIM key is missing or wrong."""
    password = settings.smtp_password
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else None,
        timeout_seconds=settings.smtp_timeout_seconds,
        per_connection=settings.smtp_per_connection,
    )
    sender = address_of(settings.mail_from, settings.mail_from_name)
    if not settings.dkim_selector:
        return SmtpMailer(server, sender)
    domain = settings.dkim_domain or sender.domain
    return SmtpMailer(server, sender, DkimSigner.load(domain, settings.dkim_selector, settings.keys_dir / DKIM_FILE))


def _post(settings: Settings, clock: Clock) -> Post | None:
    """The provider that posts letters, where they are not printed here. Raises OSError, ValueError."""
    if settings.post == PostBy.PRINT:
        return None
    account = MailevaAccount.model_validate_json((settings.keys_dir / MAILEVA_FILE).read_bytes())
    return Maileva(account, clock, settings.post_timeout_seconds)
