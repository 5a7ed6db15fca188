"""The service as it runs: its database, its keys, its render pool, its HTTP face."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.application.commands.blanks import BlankKeeper
from services.documents.domain.edition import EditionKind
from services.documents.entrypoints.consumers import consumers
from services.documents.main import blank_keeper, blank_worker, build, printing_worker, rendering_workers
from services.documents.settings import Settings
from shared.database.engine import Database
from shared.events.contracts import CerDecisionEvent, CerReadyToSign, CerSubmitted
from shared.events.documents import EditionFailed, EditionRendered
from shared.events.envelope import Event
from shared.events.registry import BY_TYPE
from shared.messaging.worker import Worker
from shared.objects.store import Objects
from shared.runtime.roles import ProcessRole
from shared.security.principal import Role
from shared.security.sealing import KeyRing
from tests.builders.deliveries import delivery_of
from tests.builders.documents import LETTERHEAD
from tests.builders.keys import key_folder
from tests.builders.sheets import CASES
from tests.builders.tokens import Issuer

FONTS = Settings.model_fields["fonts"].default


@pytest.fixture(scope="session")
async def pool() -> AsyncIterator[RenderPool]:
    """A render pool that the tests share."""
    made = RenderPool(Look(), FONTS, size=1)
    await made.start()
    yield made
    await made.close()


@pytest.fixture(scope="session")
async def made(pool: RenderPool) -> dict[str, bytes]:
    """Every case of `tests/builders/sheets.py`, set."""
    return {name: (await pool.render(sheet.kind.value, sheet.model_dump())).content for name, sheet in CASES.items()}


@dataclass
class Documents:
    """Drives the service from outside: events in, work done, HTTP, events out."""

    app: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    keys: KeyRing
    workers: tuple[Worker, ...]
    keeper: BlankKeeper
    files: Objects
    folder: Path

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    async def hear(self, event: Event, event_id: UUID | None = None) -> str:
        """Hands an event to the service's own consumer of its topic, and says how it ended."""
        (consumer,) = (one for one in consumers(self.database) if event.topic in one.topics)
        return await consumer.inbox.handle(delivery_of(event, event_id, self.keys))

    async def work(self) -> int:
        """Does all the work that is due, and says how many rows that was."""
        done = 0
        for worker in self.workers:
            while await worker.work_once():
                done += 1
        return done

    async def told(self) -> list[Event]:
        """The events in the outbox, in order."""
        async with self.database.read() as session:
            rows = await session.execute(text("SELECT type, payload FROM outbox ORDER BY id"))
            return [BY_TYPE[row.type].read(row.payload) for row in rows]

    async def made(self, event: CerReadyToSign | CerSubmitted | CerDecisionEvent) -> EditionRendered:
        """The edition of the CER that an event calls for, made; a decision has its letter beside."""
        decided = isinstance(event, CerDecisionEvent)
        before = len(await self.told())
        assert await self.hear(event) == "done"
        assert await self.work() == (2 if decided else 1)
        told = {one.kind: one for one in (await self.told())[before:] if isinstance(one, EditionRendered)}
        assert (EditionKind.NOTIFICATION_DECISION.value in told) == decided
        told.pop(EditionKind.NOTIFICATION_DECISION.value, None)
        (edition,) = told.values()
        return edition

    async def failed(self) -> EditionFailed:
        """The failure that was told."""
        (told,) = await self.told()
        assert isinstance(told, EditionFailed)
        return told

    async def get(
        self, path: str, role: Role = Role.SERVICE_INSERTION, territory: str | None = None, **headers: str
    ) -> httpx.Response:
        """Reads as an agent of this role and territory."""
        claims: dict[str, Any] = {"territory": territory} if territory else {}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers=self.issuer.headers(role, **claims) | given)


@pytest.fixture
async def documents(service_database_url: str, tmp_path: Path, pool: RenderPool) -> AsyncIterator[Documents]:
    """The service on a migrated database and an object store of its own."""
    issuer = Issuer()
    keys = key_folder(tmp_path / "keys", "documents")
    settings = Settings(
        database_url=service_database_url,
        kafka="127.0.0.1:1",
        oidc_issuer="https://identity.test/cer",
        keys_dir=tmp_path / "keys",
        objects=str(tmp_path / "objects"),
        departement=LETTERHEAD.departement,
        render_processes=1,
        blank_copies=2,
    )
    app = build(settings, frozenset({ProcessRole.API}))
    app.state.tokens = issuer.verifier
    files: Objects = app.state.files
    means = (settings, app.state.database, app.state.keys, pool, files)
    keeper = blank_keeper(settings, app.state.database, pool, files)
    workers = (*rendering_workers(*means), blank_worker(keeper), printing_worker(*means, part=2, lines=2))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://documents") as client,
    ):
        yield Documents(app, client, issuer, keys, workers, keeper, files, tmp_path / "keys")
    await issuer.verifier.close()
