"""The service as it runs: its database, exactly the keys it is given, its consumers, its worker, its HTTP face."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from services.signature.adapters.department_seal import DepartmentSeal
from services.signature.adapters.seal_options import SealOptions
from services.signature.application.commands import acts
from services.signature.application.commands.means import Means, Order
from services.signature.application.commands.sealing import SEAL_KIND, Sealing
from services.signature.application.reactions import Ears
from services.signature.entrypoints.consumers import consumers
from services.signature.main import build
from services.signature.settings import Settings
from shared.events.contracts import CerReadyToSign
from shared.events.documents import EditionRendered
from shared.events.envelope import Event
from shared.events.registry import BY_TYPE
from shared.events.sealed import Block, Sealed
from shared.kernel.clock import FixedClock
from shared.messaging.worker import Worker
from shared.objects.store import Objects
from shared.runtime.roles import ProcessRole
from shared.security.principal import Role
from shared.security.sealing import KeyRing
from shared.sms.outcome import Delivery, Receipt, SmsOutcome, SmsStatus
from tests.builders import events
from tests.builders.deliveries import delivery_of
from tests.builders.keys import key_folder
from tests.builders.signature import ATTEMPT_ID, DEADLINE, NOW, own_seal, pdf, referent
from tests.builders.tokens import Issuer
from tests.fixtures.yousign.server import Yousign, emulated

if TYPE_CHECKING:
    from tests.integration.signature.yousign_drive import AtYousign

_keys = count()


@dataclass
class Phone:
    """The person's phone, as the SMS gateway reaches it: what it was sent, and how the gateway answers."""

    received: list[tuple[str, str]] = field(default_factory=list)
    outcome: SmsOutcome = field(default_factory=lambda: SmsOutcome(SmsStatus.SENT, "receipt-1", provider="ovh"))
    receipts: dict[str, Receipt] = field(default_factory=dict)

    async def send(self, to: str, text: SecretStr, reference: str) -> SmsOutcome:
        self.received.append((to, text.get_secret_value()))
        return self.outcome

    async def receipt(self, provider: str, receipt: str) -> Receipt | None:
        return self.receipts.get(receipt)

    def told(self, provider: str, fields: Mapping[str, str]) -> Receipt | None:
        known = provider == "ovh" and {"id", "ptt"} <= fields.keys()
        return Receipt("ovh", Delivery.DELIVERED, f"ptt {fields['ptt']}", id=fields["id"]) if known else None

    @property
    def link(self) -> str:
        """The link of the last SMS."""
        found = re.search(r"https://\S+", self.received[-1][1])
        assert found is not None
        return found[0]

    @property
    def code(self) -> str:
        """The code of the last SMS."""
        found = re.search(r"\b\d{6}\b", self.received[-1][1])
        assert found is not None
        return found[0]

    def other_codes(self, number: int) -> list[str]:
        """Wrong codes, all different."""
        return [f"{(int(self.code) + step) % 1_000_000:06d}" for step in range(1, number + 1)]


class SealHere:
    """Implements `Seal` in a thread of this process, where tests need no process more."""

    def __init__(self, folder: Path, options: SealOptions) -> None:
        self._seal = DepartmentSeal.load(folder, options)

    async def seal(self, pdf: bytes, reference: str, block: tuple[str, ...]) -> bytes:
        return await asyncio.to_thread(self._seal.seal, pdf, reference, block)

    async def dossier(self, content: dict[str, Any]) -> bytes:
        return await asyncio.to_thread(self._seal.dossier, content)

    async def signed(self, content: dict[str, Any]) -> bytes:
        return (await asyncio.to_thread(self._seal.evidence, content))[0]


@dataclass
class Signature:
    """Drives the service from outside: events in, HTTP, work, events out."""

    app: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    keys: KeyRing
    phone: Phone
    clock: FixedClock
    worker: Worker
    seal: SealHere

    @property
    def means(self) -> Means:
        means: Means = self.app.state.means
        return means

    def sealed(self, block: Block) -> Sealed[Any]:
        """A block as it travels."""
        return Sealed(token=self.keys.seal(block))

    def sealed_blocks(self) -> dict[str, Any]:
        """Blocks that the service can open."""
        return {
            "identity": Sealed(token=self.keys.seal(events.identity())),
            "referent": Sealed(token=self.keys.seal(events.referent_card())),
        }

    def ready(self, **changes: Any) -> CerReadyToSign:
        """The half that contracts gives."""
        given = self.sealed_blocks() | {"phone_entered_today": False, "deadline": DEADLINE}
        return events.sample(CerReadyToSign, **(given | changes))

    async def rendered(self, **changes: Any) -> EditionRendered:
        """The half that documents gives, its PDF stored."""
        stored = await Objects(self.app.state.objects_location, "documents").put("edition.pdf", pdf())
        return events.sample(EditionRendered, **(self.sealed_blocks() | {"document": stored, "pages": 3} | changes))

    async def hear(self, event: Event, event_id: UUID | None = None) -> str:
        """Hands an event to the service's own consumer of its topic, and says how it ended."""
        means = self.means
        heard = consumers(means.database, Ears(means.requests_of, means.keys, means.clock, means.prefixes))
        (consumer,) = (consumer for consumer in heard if event.topic in consumer.topics)
        return await consumer.inbox.handle(delivery_of(event, event_id, self.keys))

    async def get(
        self, path: str, role: Role = Role.REFERENT, subject: str = events.REFERENT_ID, **claims: Any
    ) -> httpx.Response:
        """Reads as an agent of this role."""
        return await self.client.get(path, headers=self.issuer.headers(role, subject, **claims))

    async def post(
        self,
        what: str,
        body: dict[str, Any] | None = None,
        *,
        subject: str = events.REFERENT_ID,
        key: str | None = None,
        request_id: UUID = ATTEMPT_ID,
        **claims: Any,
    ) -> httpx.Response:
        """Acts on a request as a référent."""
        headers = self.issuer.headers(Role.REFERENT, subject, **claims) | {
            "Idempotency-Key": key or f"key-{next(_keys)}"
        }
        return await self.client.post(f"/signatures/{request_id}/{what}", json=body, headers=headers)

    async def view(self, request_id: UUID = ATTEMPT_ID) -> dict[str, Any]:
        """The request as its référent sees it."""
        answer = await self.get(f"/signatures/{request_id}", territory=events.TERRITORY)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def open(self, **changes: Any) -> None:
        """A request that can be read and signed."""
        assert await self.hear(self.ready(**changes)) == "waiting"
        attempt = changes.get("attempt", 1)
        assert await self.hear(await self.rendered(attempt=attempt)) == "done"

    async def read_all(self, request_id: UUID = ATTEMPT_ID) -> None:
        """Every page is served to the référent."""
        for page in (1, 2, 3):
            answer = await self.get(f"/signatures/{request_id}/pages/{page}")
            assert answer.status_code == 200, answer.text

    async def mark_read(self, request_id: UUID = ATTEMPT_ID) -> None:
        """As `read_all`, for tests in which no image is looked at: making them takes most of the time."""
        for page in (1, 2, 3):
            async with self.means.database.begin() as uow:
                await acts.record_page(self.means, uow, Order(request_id, referent()), page)

    async def send_code(self) -> None:
        """SIGNER, after the last code's thirty seconds."""
        self.clock.instant += timedelta(seconds=30)
        answer = await self.post("codes")
        assert answer.status_code == 200, answer.text

    async def open_and_send(self) -> None:
        """A request whose code the person has received."""
        await self.open()
        await self.mark_read()
        await self.send_code()

    async def expire(self) -> int:
        """What the periodic task does."""
        return await acts.expire_due(self.means)

    async def told(self) -> list[Any]:
        """The events in the outbox, in order."""
        async with self.means.database.read() as session:
            rows = await session.execute(text("SELECT type, payload FROM outbox ORDER BY id"))
            return [BY_TYPE[row.type].read(row.payload) for row in rows]

    async def told_names(self) -> list[str]:
        """Their names."""
        return [event.name() for event in await self.told()]

    async def dump(self) -> str:
        """All that the database holds, as text."""
        async with self.means.database.read() as session:
            tables = await session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            rows = [
                str(tuple(row))
                for (table,) in tables.all()
                for row in await session.execute(text(f'SELECT t::text FROM "{table}" t'))
            ]
            payloads = await session.execute(text("SELECT convert_from(payload, 'UTF8') FROM outbox"))
            return "\n".join([*rows, *(str(payload) for (payload,) in payloads)])


@asynccontextmanager
async def assembled(
    folder: Path, database_url: str, clock: FixedClock, kafka: str = "127.0.0.1:1", *parts: ProcessRole, **given: Any
) -> AsyncIterator[Signature]:
    """The service with its HTTP face and these parts, its files and keys under `folder`."""
    issuer, phone = Issuer(), Phone()
    keys_dir, objects = folder / "keys", folder / "objects"
    keys = key_folder(keys_dir, "signature")
    for file in own_seal().iterdir():
        shutil.copy(file, keys_dir)
    settings = Settings(
        database_url=database_url,
        kafka=kafka,
        oidc_issuer="https://identity.test/cer",
        keys_dir=keys_dir,
        objects=str(objects),
        **given,
    )
    app = build(settings, frozenset({ProcessRole.API, *parts}), clock)
    app.state.gateway = app.state.means.sms
    means = replace(app.state.means, sms=phone)
    app.state.receipts = replace(app.state.receipts, sms=phone)
    app.state.means, app.state.tokens, app.state.objects_location = means, issuer.verifier, str(objects)
    seal = SealHere(keys_dir, settings.seal)
    sealing = Sealing(means.requests_of, means.keys, app.state.objects, seal, clock)
    worker = Worker(means.database, SEAL_KIND, sealing.handle, on_give_up=sealing.give_up)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://signature") as client,
    ):
        yield Signature(app, client, issuer, keys, phone, clock, worker, seal)
    await issuer.verifier.close()


@pytest.fixture
async def signature(service_database_url: str, tmp_path: Path) -> AsyncIterator[Signature]:
    """The service on a migrated database of its own; its work is done when a test says so."""
    async with assembled(tmp_path, service_database_url, FixedClock(NOW)) as service:
        yield service


@pytest.fixture
async def yousign(tmp_path: Path) -> AsyncIterator[Yousign]:
    """The emulated Yousign."""
    async with emulated(tmp_path / "yousign") as running:
        yield running


@pytest.fixture
async def at(service_database_url: str, tmp_path: Path, yousign: Yousign) -> AsyncIterator["AtYousign"]:
    """The service with Yousign as its provider; its work is done when a test says so."""
    from tests.integration.signature.yousign_drive import at_yousign  # it drives what is above

    async with at_yousign(tmp_path, service_database_url, FixedClock(NOW), yousign) as ready:
        yield ready
