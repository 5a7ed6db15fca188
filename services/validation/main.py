"""Puts validation together."""

from fastapi import FastAPI

from services.validation.adapters.repository import Studies
from services.validation.application.ports import StudiesOf
from services.validation.entrypoints.consumers import consumers
from services.validation.entrypoints.http import router
from services.validation.settings import Settings
from shared.database.engine import Database
from shared.kernel.clock import SystemClock
from shared.messaging.consumer import Consumer
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.runtime.service import build_app

__all__ = ["Settings", "build", "operations"]


def build(settings: Settings, roles: frozenset[ProcessRole]) -> FastAPI:
    """The service as an ASGI app that runs these parts."""
    platform = Platform(settings)
    studies_of = _studies_of(platform)
    return build_app(
        "validation",
        platform,
        roles,
        title="CER : étude et décision",
        routers=[router],
        consumers=consumers(platform.database, studies_of),
        state={"studies_of": studies_of, "clock": SystemClock()},
    )


def operations() -> tuple[Database, list[Consumer]]:
    """What an operator's commands work on."""
    platform = Platform(Settings())
    return platform.database, consumers(platform.database, _studies_of(platform))


def _studies_of(platform: Platform) -> StudiesOf:
    return lambda uow: Studies(uow.session, platform.keys)
