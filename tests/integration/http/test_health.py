"""What an orchestrator and Prometheus are told: the service's own state."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from shared.database.engine import Database
from shared.kernel.ids import new_id
from shared.messaging import work
from shared.runtime.health import health_router
from shared.runtime.supervisor import Supervisor
from tests.builders.messaging import counted

pytestmark = pytest.mark.integration


def serving(database: Database) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(health_router("probe", database, Supervisor(), None, None))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service.test")


@pytest.fixture
async def client(probe_database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(probe_database) as found:
        yield found


async def test_an_event_that_waits_too_long_is_a_degradation_and_no_outage(
    client: httpx.AsyncClient, probe_database: Database
) -> None:
    async with probe_database.begin() as uow:
        uow.emit(counted("a", 1))
    assert (await client.get("/ready")).json()["status"] == "ready"

    async with probe_database.begin() as uow:
        await uow.session.execute(text("UPDATE outbox SET created_at = now() - interval '1 minute'"))
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


async def test_without_its_database_a_service_is_not_ready_but_alive() -> None:
    away = Database("postgresql+asyncpg://nobody:nothing@127.0.0.1:9/none")
    async with serving(away) as client:
        assert (await client.get("/ready")).status_code == 503
        assert (await client.get("/live")).status_code == 200
        assert "cer_outbox_oldest_seconds NaN" in (await client.get("/metrics")).text


async def test_what_waits_is_measured(client: httpx.AsyncClient, probe_database: Database) -> None:
    async with probe_database.begin() as uow:
        uow.emit(counted("a", 1), counted("a", 2))
        await work.enqueue(uow.session, "mail", new_id(), {})
    told = (await client.get("/metrics")).text
    assert "cer_outbox_pending 2.0" in told
    assert 'cer_work_ready{kind="mail"} 1.0' in told

    async with probe_database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET status = 'done'"))
    assert "cer_work_ready{" not in (await client.get("/metrics")).text
