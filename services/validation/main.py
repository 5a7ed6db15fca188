"""Puts validation together."""

from functools import partial

from fastapi import FastAPI

from services.validation.adapters.ageing import SqlAlerts
from services.validation.adapters.charges import SqlCharges
from services.validation.adapters.delegations import SqlDelegations, SqlOpenings
from services.validation.adapters.lists import SqlLists
from services.validation.adapters.repository import Studies
from services.validation.adapters.routing import SqlRuleBooks
from services.validation.application.commands.ageing import tell_ageing
from services.validation.application.ports import Lists, StudiesOf
from services.validation.application.ports.ageing import Alerts
from services.validation.application.ports.delegations import Delegations, Openings
from services.validation.application.ports.routing import RuleBooks
from services.validation.domain.rights import IMPERSONAL, RIGHTS
from services.validation.entrypoints.consumers import consumers
from services.validation.entrypoints.http import routers
from services.validation.settings import Settings
from shared.accounts.following import Accounts, following
from shared.audit.auditing import Audited
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.http.rights import allowed
from shared.kernel.clock import Clock, SystemClock
from shared.messaging.consumer import Consumer
from shared.runtime.platform import Platform
from shared.runtime.roles import ProcessRole
from shared.runtime.service import build_app, every
from shared.runtime.supervisor import Background
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

__all__ = ["Settings", "build", "operations"]


def build(settings: Settings, roles: frozenset[ProcessRole], clock: Clock | None = None) -> FastAPI:
    """The service as an ASGI app that runs these parts."""
    clock = clock or SystemClock()
    platform = Platform(settings)
    studies_of = _studies_of(platform)
    return build_app(
        "validation",
        platform,
        roles,
        title="CER : étude et décision",
        clock=clock,
        audited=Audited(partial(allowed, RIGHTS), IMPERSONAL),
        routers=routers,
        consumers=_listening(platform.database, studies_of),
        accounts=Accounts(platform.database),
        workers=[_ageing(settings, platform.database, clock)],
        state={
            "studies_of": studies_of,
            "lists_of": _lists_of,
            "charges_of": lambda uow: SqlCharges(uow.session, platform.keys),
            "rule_books_of": _rule_books_of,
            "delegations_of": _delegations_of,
            "openings_of": _openings_of,
            "thresholds": settings.thresholds(),
            "clock": clock,
        },
    )


def operations() -> tuple[Database, list[Consumer]]:
    """What an operator's commands work on."""
    platform = Platform(Settings())
    return platform.database, _listening(platform.database, _studies_of(platform))


def _listening(database: Database, studies_of: StudiesOf) -> list[Consumer]:
    return [*consumers(database, studies_of, _lists_of), following("validation", database)]


def _ageing(settings: Settings, database: Database, clock: Clock) -> Background:
    """Tells of studies that wait for too long; any number of replicas tells each once."""

    async def look() -> None:
        if told := await tell_ageing(database, _alerts_of, clock, settings.thresholds()):
            log.info("worklist.ageing_told", studies=told)

    return Background("ageing", partial(every, settings.ageing_seconds, look))


def _alerts_of(uow: UnitOfWork) -> Alerts:
    return SqlAlerts(uow.session)


def _rule_books_of(uow: UnitOfWork) -> RuleBooks:
    return SqlRuleBooks(uow.session)


def _delegations_of(uow: UnitOfWork) -> Delegations:
    return SqlDelegations(uow.session)


def _openings_of(uow: UnitOfWork) -> Openings:
    return SqlOpenings(uow.session)


def _lists_of(uow: UnitOfWork) -> Lists:
    return SqlLists(uow.session)


def _studies_of(platform: Platform) -> StudiesOf:
    return lambda uow: Studies(uow.session, platform.keys)
