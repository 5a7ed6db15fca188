"""The service as it runs: its database, exactly the keys it is given, its consumer, its HTTP face."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.validation.entrypoints.consumers import consumers
from services.validation.main import build
from services.validation.settings import Settings
from shared.database.engine import Database
from shared.events.contracts import CerSubmitted
from shared.events.envelope import Event
from shared.events.registry import BY_TYPE
from shared.events.sealed import Sealed
from shared.kernel.clock import FixedClock
from shared.runtime.roles import ProcessRole
from shared.security.principal import Role
from shared.security.sealing import KeyRing
from tests.builders import events
from tests.builders.deliveries import delivery_of
from tests.builders.keys import key_folder
from tests.builders.tokens import ISSUER, Issuer
from tests.builders.validation import NOW

NO_KAFKA = "127.0.0.1:1"
_keys = count()


@dataclass
class Validation:
    """Drives the service from outside: events in, HTTP, events out, its clock."""

    app: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    keys: KeyRing
    clock: FixedClock

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    def submission(self, **changes: Any) -> CerSubmitted:
        """A submission with readable blocks."""
        blocks: dict[str, Any] = {
            "identity": Sealed(token=self.keys.seal(events.identity())),
            "referent": Sealed(token=self.keys.seal(events.referent_card())),
        }
        return events.sample(CerSubmitted, **(blocks | changes))

    async def hear(self, event: Event, event_id: UUID | None = None) -> str:
        """Hands an event to the service's own consumer of its topic, and says how it ended."""
        heard = consumers(self.database, self.app.state.studies_of, self.app.state.lists_of)
        (consumer,) = (one for one in heard if event.topic in one.topics)
        return await consumer.inbox.handle(delivery_of(event, event_id, self.keys))

    async def get(self, path: str, role: Role = Role.SERVICE_INSERTION, subject: str = "agent-test") -> httpx.Response:
        """Reads as an agent of this role."""
        return await self.client.get(path, headers=self.issuer.headers(role, subject))

    async def post(
        self, path: str, body: dict[str, Any], role: Role, subject: str = "agent-test", **headers: str
    ) -> httpx.Response:
        """Acts as an agent; `If_Match` and `Idempotency_Key` can be given."""
        given = {"Idempotency-Key": f"key-{next(_keys)}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return await self.client.post(path, json=body, headers=self.issuer.headers(role, subject) | given)

    async def open_study(self, **changes: Any) -> dict[str, Any]:
        """A submitted CER, as the worklist shows it."""
        event = self.submission(**changes)
        assert await self.hear(event) == "done"
        (line,) = (await self.get(f"/studies?cer_id={event.cer_id}")).json()["studies"]
        return dict(line)

    async def waiting_for_decision(self, **changes: Any) -> dict[str, Any]:
        """A study on the chef de service's desk."""
        line = await self.open_study(**changes)
        answer = await self.post(
            f"/studies/{line['id']}/chef-de-service", {}, Role.SERVICE_INSERTION, If_Match=f'"{line["version"]}"'
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def told(self) -> list[Any]:
        """The events in the outbox, in order."""
        async with self.database.read() as session:
            rows = await session.execute(text("SELECT type, payload FROM outbox ORDER BY id"))
            return [BY_TYPE[row.type].read(row.payload) for row in rows]


@asynccontextmanager
async def validation_at(
    database_url: str, folder: Path, kafka: str, roles: frozenset[ProcessRole]
) -> AsyncIterator[Validation]:
    """The service with these parts running, driven from outside."""
    issuer = Issuer()
    keys = key_folder(folder / "keys", "validation")
    settings = Settings(database_url=database_url, kafka=kafka, oidc_issuer=ISSUER, keys_dir=folder / "keys")
    clock = FixedClock(NOW)
    app = build(settings, roles, clock)
    app.state.tokens = issuer.verifier
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield Validation(app, client, issuer, keys, clock)
    await issuer.verifier.close()


@pytest.fixture
async def validation(service_database_url: str, tmp_path: Path) -> AsyncIterator[Validation]:
    """The service on a migrated database of its own, without Kafka."""
    async with validation_at(service_database_url, tmp_path, NO_KAFKA, frozenset({ProcessRole.API})) as running:
        yield running
