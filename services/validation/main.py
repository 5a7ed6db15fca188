"""Puts validation together."""

from fastapi import FastAPI

from services.validation.adapters.lists import SqlLists
from services.validation.adapters.repository import Studies
from services.validation.application.ports import Lists, StudiesOf
from services.validation.entrypoints.consumers import consumers
from services.validation.entrypoints.http import router
from services.validation.settings import Settings
from shared.accounts.following import Accounts, following
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
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
        consumers=_listening(platform.database, studies_of),
        accounts=Accounts(platform.database),
        state={"studies_of": studies_of, "lists_of": _lists_of, "clock": SystemClock()},
    )


def operations() -> tuple[Database, list[Consumer]]:
    """What an operator's commands work on."""
    platform = Platform(Settings())
    return platform.database, _listening(platform.database, _studies_of(platform))


def _listening(database: Database, studies_of: StudiesOf) -> list[Consumer]:
    return [*consumers(database, studies_of, _lists_of), following("validation", database)]


def _lists_of(uow: UnitOfWork) -> Lists:
    return SqlLists(uow.session)


def _studies_of(platform: Platform) -> StudiesOf:
    return lambda uow: Studies(uow.session, platform.keys)
