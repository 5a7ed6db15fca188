"""The service as it runs: its database, exactly the keys it is given, its consumers, its HTTP face, its clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.imports import Importer
from services.contracts.application.reactions.hearing import Means
from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson, Report
from services.contracts.domain.reference.territories import Territory
from services.contracts.entrypoints.consumers import consumers
from services.contracts.main import build
from services.contracts.settings import Settings
from shared.database.engine import Database
from shared.events.envelope import Event
from shared.events.registry import BY_TYPE
from shared.kernel.clock import FixedClock
from shared.runtime.roles import ProcessRole
from shared.security.principal import Role
from shared.security.sealing import KeyRing
from tests.builders import contracts as a
from tests.builders.deliveries import delivery_of
from tests.builders.keys import key_folder
from tests.builders.tokens import Issuer

TERRITORY = "nord"
TERRITORIES = ("nord", "sud")
REFERENT = "referent-nord"
MOBILE = "06 39 98 00 01"

_keys = count()

COMPLETE: dict[str, Any] = {
    "nature": "premier",
    "date_signature": "2026-03-12",
    "duration_months": 6,
    "priority": "normale",
    "situation": "Recherche un emploi à temps plein.",
    "evaluation": "Le premier objectif est atteint.",
    "objectives": [{"theme": "emploi", "person_does": "Met à jour son CV.", "referent_does": "Présente l'atelier."}],
    "expression": "Souhaite une formation.",
}


@dataclass
class Contracts:
    """Drives the service from outside: HTTP and events in, events out."""

    app: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    keys: KeyRing
    clock: FixedClock

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    def headers(self, role: Role, subject: str | None = None, territory: str | None = TERRITORY) -> dict[str, str]:
        """The token of an agent; those of the whole département have no territory."""
        local = role in {Role.REFERENT, Role.SECRETARIAT}
        claims = {"territory": territory} if local else {}
        return self.issuer.headers(role, subject or f"{role.value}-{territory}", **claims)

    async def get(self, path: str, role: Role = Role.REFERENT, **who: Any) -> httpx.Response:
        """Reads as an agent of this role."""
        return await self.client.get(path, headers=self.headers(role, **who))

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        role: Role = Role.REFERENT,
        version: int | None = None,
        **who: Any,
    ) -> httpx.Response:
        """Writes as an agent; a POST has a key of its own, an update the version seen."""
        headers = self.headers(role, **who)
        if method == "POST":
            headers["Idempotency-Key"] = f"key-{next(_keys)}"
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return await self.client.request(method, path, json=body, headers=headers)

    async def hear(self, event: Event, event_id: UUID | None = None) -> str:
        """Hands an event to the consumer of its topic, and says how it ended."""
        tools = self.app.state.tools
        means = Means(stores_of, self.app.state.keys, self.clock, tools.patience)
        (consumer,) = (one for one in consumers(self.database, means) if event.topic in one.topics)
        return await consumer.inbox.handle(delivery_of(event, event_id, self.keys))

    async def told(self, *kinds: type[Event]) -> list[Any]:
        """The events in the outbox, in order, of these kinds if any are named."""
        async with self.database.read() as session:
            rows = await session.execute(text("SELECT type, payload FROM outbox ORDER BY id"))
            events = [BY_TYPE[row.type].read(row.payload) for row in rows]
        return [event for event in events if not kinds or isinstance(event, kinds)]

    async def scalar(self, statement: str, **values: Any) -> Any:
        """One value of the database."""
        async with self.database.read() as session:
            return await session.scalar(text(statement), values)

    async def open_territories(self) -> None:
        """The territories of the tests' agents, in a database that has only that of nobody, or them from before."""
        async with self.database.begin() as uow:
            reference = stores_of(uow.session).reference
            known = {one.code for one in await reference.territories()}
            for code in set(TERRITORIES) - known:
                opened = Territory(code, f"Territoire {code}")
                await reference.save_territory(opened, opened.opened(), a.act())

    async def import_foyers(self, *foyers: ReadFoyer, territory: str | None = TERRITORY) -> Report:
        """Applies a flow."""
        return await Importer(self.database, stores_of, self.clock, territory).run(iter(foyers))

    async def person(self, matricule: str = "001234500000000", **changes: Any) -> dict[str, Any]:
        """A dossier of the territory, nobody accompanying the person."""
        foyer = ReadFoyer(1, a.household(matricule), (ReadPerson(2, a.person(**changes)),), 0)
        assert (await self.import_foyers(foyer)).created == 1
        found = await self.get(f"/dossiers?matricule={matricule}", Role.SERVICE_INSERTION)
        return dict(found.json()["dossiers"][0])

    async def accompanied(self, matricule: str = "001234500000000", telephone: str | None = MOBILE) -> dict[str, Any]:
        """A dossier with its référent, mail and telephone."""
        dossier = await self.person(matricule)
        path = f"/dossiers/{dossier['id']}"
        taken = await self.send("PUT", f"{path}/referent", {"referent_id": REFERENT}, version=1)
        assert taken.status_code == 200, taken.text
        contact = {"mail": "jeanne.fictive@example.org", "telephone": telephone}
        reached = await self.send("PUT", f"{path}/contact", contact, version=2)
        assert reached.status_code == 200, reached.text
        return dict(reached.json())

    async def cer(self, dossier: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """A complete proposition."""
        dossier = dossier or await self.accompanied()
        answer = await self.send("POST", f"/dossiers/{dossier['id']}/cers", {**COMPLETE, **changes})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def read(self, cer: dict[str, Any], role: Role = Role.REFERENT) -> dict[str, Any]:
        """The CER as it is now."""
        return dict((await self.get(f"/cers/{cer['id']}", role)).json())


@asynccontextmanager
async def contracts_at(
    database_url: str, folder: Path, kafka: str, roles: frozenset[ProcessRole], issuer: Issuer
) -> AsyncIterator[Contracts]:
    """The service on a migrated database, on 12 March 2026, with the parts that `roles` names running."""
    keys = key_folder(folder / "keys", "contracts")
    clock = FixedClock(datetime(2026, 3, 12, 9, 30, tzinfo=UTC))
    settings = Settings(
        database_url=database_url,
        kafka=kafka,
        oidc_issuer="https://identity.test/cer",
        keys_dir=folder / "keys",
        objects=str(folder / "objects"),
        weekly_hours=True,
    )
    app = build(settings, roles, clock)
    app.state.tokens = issuer.verifier
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://contracts") as client,
    ):
        service = Contracts(app, client, issuer, keys, clock)
        await service.open_territories()
        yield service


@pytest.fixture(scope="session")
async def issuer() -> AsyncIterator[Issuer]:
    """The identity provider: one for all tests, since its key takes a while to make."""
    one = Issuer()
    yield one
    await one.verifier.close()


@pytest.fixture
async def contracts(service_database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[Contracts]:
    """The service's HTTP face; events are handed to its consumers by `hear`."""
    api = frozenset({ProcessRole.API})
    async with contracts_at(service_database_url, tmp_path, "127.0.0.1:1", api, issuer) as service:
        yield service


@pytest.fixture
def command_settings(contracts: Contracts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The environment of the command line, and the folder that it may use."""
    monkeypatch.setenv("CER_DATABASE_URL", contracts.database.url)
    monkeypatch.setenv("CER_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("CER_OIDC_ISSUER", "https://identity.test/cer")
    monkeypatch.setenv("CER_KEYS_DIR", str(tmp_path / "keys"))
    return tmp_path
