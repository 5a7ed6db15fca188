"""`/live`, `/ready` and `/metrics`: our own state, since a broker that answers says nothing of a dead consumer."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.database.engine import Database
from shared.messaging.broker import Consumers
from shared.messaging.relay import Relay
from shared.runtime.supervisor import Supervisor
from shared.telemetry import metrics

# Older than this, an outbox row says that Kafka is away: commands are still accepted.
DEGRADED_SECONDS = 30.0

_BACKLOG = text(
    """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE set_aside_at IS NULL)), 0)
               AS oldest,
           count(*) FILTER (WHERE set_aside_at IS NULL) AS pending,
           count(*) FILTER (WHERE set_aside_at IS NOT NULL) AS set_aside,
           (SELECT count(*) FROM parked_event WHERE resolved_at IS NULL) AS parked,
           (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(processed_at)), 0)
              FROM inbox WHERE ending = 'waiting') AS waiting
    FROM outbox WHERE published_at IS NULL
    """
)

_WORK_READY = text("SELECT kind, count(*) AS waiting FROM work WHERE status = 'ready' GROUP BY kind")


async def _backlog(database: Database) -> dict[str, float]:
    async with database.read() as session:
        row = (await session.execute(_BACKLOG)).mappings().one()
        work = (await session.execute(_WORK_READY)).all()
    found = {name: float(value) for name, value in row.items()}
    metrics.OUTBOX_OLDEST.set(found["oldest"])
    metrics.OUTBOX_PENDING.set(found["pending"])
    metrics.OUTBOX_SET_ASIDE.set(found["set_aside"])
    metrics.PARKED.set(found["parked"])
    metrics.WAITING_OLDEST.set(found["waiting"])
    metrics.WORK_READY.clear()
    for kind, waiting in work:
        metrics.WORK_READY.labels(kind).set(waiting)
    return found


def health_router(
    name: str,
    database: Database,
    supervisor: Supervisor,
    consumers: Consumers | None,
    relay: Relay | None,
    *,
    facts: Mapping[str, str] | None = None,
) -> APIRouter:
    """The three addresses that an orchestrator and Prometheus ask. `facts` are what a site chose and should know of."""
    router = APIRouter(include_in_schema=False)

    @router.get("/live")
    async def live() -> dict[str, str]:
        return {"service": name, "status": "alive"}

    @router.get("/ready")
    async def ready() -> JSONResponse:
        """200 while commands can be accepted; `degraded` when Kafka is away or events wait."""
        state: dict[str, Any] = {"service": name, **(facts or {}), "tasks": supervisor.alive}
        try:
            state.update(await _backlog(database))
        except (SQLAlchemyError, OSError, TimeoutError):
            return JSONResponse({**state, "status": "down", "database": False}, status_code=503)
        state["consuming"] = consumers.ready if consumers is not None else None
        state["relaying"] = relay.leading if relay is not None else None
        degraded = state["oldest"] > DEGRADED_SECONDS or state["consuming"] is False or not supervisor.alive
        return JSONResponse({**state, "database": True, "status": "degraded" if degraded else "ready"})

    @router.get("/metrics")
    async def prometheus() -> Response:
        try:
            await _backlog(database)
        except (SQLAlchemyError, OSError, TimeoutError):
            metrics.OUTBOX_OLDEST.set(float("nan"))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
