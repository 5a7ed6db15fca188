"""Puts a service together: its app, its consumers, its relay, its workers, its health."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.trace import Span
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from shared.accounts.following import Accounts
from shared.audit.auditing import Audited, Auditing
from shared.http.bodies import BodyGuard
from shared.http.openapi import describe
from shared.http.problems import install_problem_handlers
from shared.kernel.clock import Clock
from shared.messaging.broker import Consumers
from shared.messaging.consumer import Consumer
from shared.messaging.housekeeping import Housekeeping
from shared.messaging.relay import Relay
from shared.pages.area import show_failures
from shared.runtime.health import health_router
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.runtime.settings import CommonSettings
from shared.runtime.supervisor import Background, Supervisor


def build_app(
    name: str,
    platform: Platform,
    roles: frozenset[ProcessRole],
    *,
    title: str,
    clock: Clock,
    audited: Audited,
    routers: Sequence[APIRouter] = (),
    consumers: Sequence[Consumer] = (),
    workers: Sequence[Background] = (),
    state: dict[str, Any] | None = None,
    accounts: Accounts | None = None,
    on_stop: Callable[[], Awaitable[None]] | None = None,
    uploads: re.Pattern[str] | None = None,
    facts: Mapping[str, str] | None = None,
) -> FastAPI:
    """The service as an ASGI app, whose lifespan runs the parts that `roles` names.

    `state` is what the routers find in `request.app.state`, beside `database`, `keys`, `tokens` and `accounts`
    (none for the service that keeps the directory itself). Health and metrics
    are served whatever the roles; health says `facts` too. A POST to a path that `uploads` matches reads its own body.
    No answer of an endpoint leaves before its line is in the audit, which `audited` is about.
    """
    supervisor = Supervisor()
    reading = _reading(platform.settings, consumers) if ProcessRole.CONSUMER in roles and consumers else None
    relay = _relay(platform) if ProcessRole.RELAY in roles else None
    if relay is not None:
        supervisor.backgrounds.append(Background("relay", relay.run))
        supervisor.backgrounds.append(Background("housekeeping", Housekeeping(platform.database).run))
    if reading is not None:
        supervisor.backgrounds.append(Background("consumers", reading.run))
    auditing = Auditing(name, audited, platform.database, clock)
    if ProcessRole.WORKER in roles:
        supervisor.backgrounds.extend([*workers, _heads(auditing, platform.settings)])

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        supervisor.start()
        yield
        await supervisor.stop()
        await auditing.close()
        if on_stop is not None:
            await on_stop()
        await platform.tokens.close()
        await platform.database.close()

    app = FastAPI(title=title, version="1", lifespan=lifespan, docs_url="/docs", redoc_url=None)
    app.state.database = platform.database
    app.state.keys = platform.keys
    app.state.tokens = platform.tokens
    app.state.accounts = accounts
    for key, value in (state or {}).items():
        setattr(app.state, key, value)
    app.openapi = describe(app)  # type: ignore[method-assign]  # FastAPI's own way to change it
    install_problem_handlers(app)
    app.add_middleware(BodyGuard, uploads=uploads)
    if platform.settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=platform.settings.trusted_proxies)
    show_failures(app, routers)
    app.include_router(health_router(name, platform.database, supervisor, reading, relay, facts=facts))
    if ProcessRole.API in roles:
        for router in (*routers, auditing.router()):
            app.include_router(router)
    auditing.guard(app)
    FastAPIInstrumentor.instrument_app(
        app,
        excluded_urls="/ready,/live,/metrics",
        exclude_spans=["receive", "send"],
        server_request_hook=_without_query,
    )
    return app


def _without_query(span: Span, scope: dict[str, Any]) -> None:
    """A search by name must not stand in a trace: the address is kept without its query."""
    span.set_attribute("http.url", scope["path"])


def _heads(auditing: Auditing, settings: CommonSettings) -> Background:
    return Background("audit-heads", partial(every, settings.audit_head_seconds, auditing.publish))


def _reading(settings: CommonSettings, consumers: Sequence[Consumer]) -> Consumers:
    return Consumers(settings.kafka, consumers, settings.instance)


def _relay(platform: Platform) -> Relay:
    settings = platform.settings
    return Relay(settings.database_url, settings.kafka, platform.outbox.wake, settings.relay_poll_seconds)


async def every(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    """Calls `act` regularly: the body of a periodic background task."""
    while True:
        await act()
        await asyncio.sleep(seconds)
