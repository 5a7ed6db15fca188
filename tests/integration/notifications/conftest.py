"""The service as it runs: its database, exactly the keys it is given, its consumers, its worker, its HTTP face."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.notifications.application.commands.making import MAIL, Making
from services.notifications.entrypoints.consumers import consumers
from services.notifications.main import Office, build, making_of, office_of
from services.notifications.settings import Settings
from shared.database.engine import Database
from shared.events.envelope import Event
from shared.events.registry import BY_TYPE
from shared.events.signature import SignatureCompleted
from shared.kernel.clock import FixedClock
from shared.kernel.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.worker import Worker
from shared.objects.store import Objects
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.security.pepper import ensure_pepper
from shared.security.principal import Role
from shared.security.sealing import KeyRing
from tests.builders.deliveries import delivery_of
from tests.builders.keys import key_folder
from tests.builders.notifications import NOW, readable
from tests.builders.tokens import ISSUER, Issuer
from tests.fixtures.sms_provider import SmsProvider, sms_provider
from tests.fixtures.smtp import Provider
from tests.fixtures.telephone import Telephone

NO_KAFKA = "127.0.0.1:1"
HOST = "https://messages.example.org"
PDF = b"%PDF-1.7 signed, made up\n%%EOF\n"
_keys = count()


@dataclass
class Notifications:
    """Drives the service from outside: events in, mails out, HTTP, events out."""

    settings: Settings
    platform: Platform
    app: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    keys: KeyRing
    clock: FixedClock
    offices: dict[str, Office] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.platform.database

    def files_of(self, owner: str) -> Objects:
        """The object store as another service sees it."""
        return Objects(self.settings.objects, owner)

    def making(self, **changes: Any) -> Making:
        """What makes messages; `changes` of settings make it another site's."""
        return making_of(self.settings.model_copy(update=changes), self.platform, self.clock)

    def office(self, **changes: Any) -> Office:
        """Its workers, with the connections that they keep."""
        site = repr(sorted(changes.items()))
        if site not in self.offices:
            settings = self.settings.model_copy(update=changes)
            self.offices[site] = office_of(settings, self.platform, self.clock, self.app.state.library)
        return self.offices[site]

    def worker(self, kind: str = MAIL, **changes: Any) -> Worker:
        """A worker as the service runs it."""
        return next(worker for worker in self.office(**changes).workers if worker.kind == kind)

    async def hear(self, event: Event, event_id: UUID | None = None, **changes: Any) -> str:
        """Hands an event to the service's own consumer of its topic, and says how it ended."""
        return await self.consumer(type(event), **changes).inbox.handle(delivery_of(event, event_id, self.keys))

    def consumer(self, event: type[Event], **changes: Any) -> Consumer:
        """The service's own consumer of this event's topic."""
        found = consumers(self.database, self.making(**changes))
        (consumer,) = [each for each in found if event.topic in each.topics]
        return consumer

    async def work(self, worker: Worker | None = None) -> None:
        """Lets the worker handle every row that is due."""
        working = worker or self.worker()
        while await working.work_once():
            pass

    async def work_all(self, **changes: Any) -> None:
        """Lets every worker handle every row that is due."""
        workers = self.office(**changes).workers
        while any([await worker.work_once() for worker in workers]):
            pass

    async def make_due(self) -> None:
        """Lets the pause before the next try pass."""
        async with self.database.begin() as uow:
            await uow.session.execute(text("UPDATE work SET available_at = now() WHERE status = 'ready'"))

    async def rows(self) -> list[Any]:
        """The messages, in the order of their templates."""
        async with self.database.read() as session:
            return list((await session.execute(text("SELECT * FROM message ORDER BY template"))).mappings())

    async def work_rows(self) -> list[Any]:
        """The work rows: status, attempts, code."""
        async with self.database.read() as session:
            query = "SELECT status, attempts, code, available_at > now() AS later FROM work ORDER BY id"
            return list((await session.execute(text(query))).mappings())

    async def told(self) -> list[Any]:
        """The events in the outbox, in order."""
        async with self.database.read() as session:
            rows = await session.execute(text("SELECT type, payload FROM outbox ORDER BY id"))
            return [BY_TYPE[row.type].read(row.payload) for row in rows]

    async def get(self, path: str, role: Role, **claims: Any) -> httpx.Response:
        """Reads as an agent of this role."""
        return await self.client.get(path, headers=self.issuer.headers(role, **claims))

    async def post(
        self, path: str, body: Any, role: Role, *, version: int | None = None, **claims: Any
    ) -> httpx.Response:
        """Does something, as an agent of this role who saw this version."""
        headers = self.issuer.headers(role, **claims) | {"Idempotency-Key": f"key-{next(_keys)}"}
        headers |= {"If-Match": f'"{version}"'} if version is not None else {}
        return await self.client.post(path, json=body, headers=headers)

    async def resend(self, message_id: UUID, role: Role = Role.SERVICE_INSERTION, **claims: Any) -> httpx.Response:
        """Asks for a message to be sent again."""
        headers = self.issuer.headers(role, **claims) | {"Idempotency-Key": f"key-{next(_keys)}"}
        return await self.client.post(f"/messages/{message_id}/resend", headers=headers)


@asynccontextmanager
async def notifications_at(
    database_url: str, folder: Path, kafka: str, smtp_port: int, roles: frozenset[ProcessRole], **changes: Any
) -> AsyncIterator[Notifications]:
    """The service with these parts running, driven from outside; `changes` of settings make it another site's."""
    issuer = Issuer()
    clock = FixedClock(NOW)
    keys = key_folder(folder / "keys", "notifications")
    site: dict[str, Any] = {
        "database_url": database_url,
        "kafka": kafka,
        "oidc_issuer": ISSUER,
        "keys_dir": folder / "keys",
        "objects": str(folder / "objects"),
        "portal_url": "https://cer.example.org",
        "departement": "Département d'Exemple",
        "mail_from": "ne-pas-repondre@departement.example",
        "smtp_port": smtp_port,
        "smtp_tls": "none",
        "smtp_timeout_seconds": 5.0,
        "mail_per_second": 0,
        "sms_per_second": 0,
        "service_mails": {"": "insertion@departement.example"},
    }
    settings = Settings(**site | changes)
    app = build(settings, roles, clock)
    app.state.tokens = issuer.verifier
    platform = Platform(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        running = Notifications(settings, platform, app, client, issuer, keys, clock)
        yield running
        for office in running.offices.values():
            await office.close()
    await issuer.verifier.close()
    await platform.database.close()


@pytest.fixture
async def notifications(service_database_url: str, tmp_path: Path, provider: Provider) -> AsyncIterator[Notifications]:
    """The service on a migrated database of its own, with a provider, without Kafka."""
    only_api = frozenset({ProcessRole.API})
    async with notifications_at(service_database_url, tmp_path, NO_KAFKA, provider.port, only_api) as running:
        yield running


@dataclass
class Remise:
    """The service, the person's mailbox and their mobile."""

    service: Notifications
    mails: Provider
    mobile: SmsProvider
    phones: list[Telephone] = field(default_factory=list)

    async def signed(self, **changes: Any) -> str:
        """A CER is signed and its mail sent: the link of the mail, none where the CER is attached."""
        document = await self.service.files_of("signature").put(f"{new_id()}.pdf", PDF)
        await self.service.hear(readable(self.service.keys, SignatureCompleted, document=document, **changes))
        await self.service.work_all()
        return self.link()

    def link(self) -> str:
        """Of the last mail to the person."""
        mail = [mail for mail in self.mails.taken if mail["To"] == "jeanne.fictive@example.org"][-1]
        body = mail.get_body(("plain",))
        assert body is not None
        found = re.search(rf"{HOST}/r\?[\w-]{{22}}(?=\s)", body.get_content())
        return found[0] if found else ""

    def phone(self) -> Telephone:
        """The browser of a phone that knows nothing yet."""
        self.phones.append(Telephone(self.service.app, HOST, "/r"))
        return self.phones[-1]

    @property
    def code(self) -> str:
        """Of the last SMS."""
        found = re.search(r"\b\d{6}\b", self.mobile.sms[-1].json["text"])
        assert found is not None
        return found[0]

    def wrong(self, number: int = 1) -> str:
        """Another code."""
        return f"{(int(self.code) + number) % 10**6:06d}"

    def later(self, **time: float) -> None:
        """Time passes."""
        self.service.clock.instant += timedelta(**time)


@pytest.fixture
async def remise(service_database_url: str, tmp_path: Path, provider: Provider) -> AsyncIterator[Remise]:
    """The service of a département that hands signed CERs over by link."""
    (tmp_path / "keys").mkdir()
    ensure_pepper(tmp_path / "keys")
    only_api = frozenset({ProcessRole.API})
    async with sms_provider() as mobile:
        site: dict[str, Any] = {
            "public_url": HOST, "signed_cer": "link", "sms_url": mobile.url, "sms_territory_a_day": 6,
        }  # fmt: skip
        async with notifications_at(
            service_database_url, tmp_path, NO_KAFKA, provider.port, only_api, **site
        ) as service:
            made = Remise(service, provider, mobile)
            yield made
            for phone in made.phones:
                await phone.client.aclose()
