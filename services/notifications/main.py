"""Puts notifications together."""

from fastapi import FastAPI

from services.notifications.adapters.composing import JinjaComposer
from services.notifications.adapters.files import StoredFiles
from services.notifications.adapters.mime import address_of
from services.notifications.adapters.repository import Messages
from services.notifications.adapters.smtp import SmtpMailer, SmtpServer
from services.notifications.application.commands.sending import Sending
from services.notifications.domain.model import MAIL
from services.notifications.entrypoints.consumers import consumers
from services.notifications.entrypoints.http import router
from services.notifications.settings import Settings
from shared.accounts.following import Accounts, following
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import SystemClock
from shared.messaging.consumer import Consumer
from shared.messaging.worker import Worker
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.runtime.service import build_app
from shared.runtime.supervisor import Background

__all__ = ["Settings", "build", "mail_worker", "operations"]


def build(settings: Settings, roles: frozenset[ProcessRole]) -> FastAPI:
    """The service as an ASGI app that runs these parts."""
    platform = Platform(settings)
    worker = mail_worker(settings, platform)
    return build_app(
        "notifications",
        platform,
        roles,
        title="CER : messages",
        routers=[router],
        consumers=_consumers(platform),
        accounts=Accounts(platform.database),
        workers=[Background("mail", worker.run)],
        state={"messages_of": messages_of, "clock": SystemClock()},
    )


def operations() -> tuple[Database, list[Consumer]]:
    """What an operator's commands work on."""
    platform = Platform(Settings())
    return platform.database, _consumers(platform)


def mail_worker(settings: Settings, platform: Platform) -> Worker:
    """The worker that sends mails."""
    password = settings.smtp_password
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else None,
        timeout_seconds=settings.smtp_timeout_seconds,
    )
    sender = address_of(settings.mail_from, settings.mail_from_name)
    sending = Sending(
        messages_of=messages_of,
        keys=platform.keys,
        composer=JinjaComposer(settings.portal_url, settings.departement),
        files=StoredFiles(platform.objects("notifications")),
        mailer=SmtpMailer(server, sender),
        clock=SystemClock(),
        mail_domain=sender.domain,
    )
    return Worker(
        platform.database,
        MAIL,
        sending.send,
        concurrency=settings.mail_workers,
        # A slow server may take its time at each of the six steps of a transaction (RFC 5321 §4.5.3.2).
        lease_seconds=settings.smtp_timeout_seconds * 8,
        on_lost=sending.on_lost,
        on_give_up=sending.on_give_up,
    )


def messages_of(uow: UnitOfWork) -> Messages:
    """The messages of a transaction."""
    return Messages(uow.session)


def _consumers(platform: Platform) -> list[Consumer]:
    database = platform.database
    listening = consumers(database, messages_of, platform.keys, SystemClock())
    return [*listening, following("notifications", database)]
