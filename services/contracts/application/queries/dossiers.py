"""Dossiers as agents read them."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from services.contracts.application.ports import Filter, Stores
from services.contracts.application.queries import opened
from services.contracts.domain.agents.model import Agent
from services.contracts.domain.dossiers.history import Change
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.rights import SCOPES, check
from shared.security.principal import Principal
from shared.security.reach import Scope


async def dossiers(stores: Stores, agent: Principal, wanted: Filter, after: UUID | None, limit: int) -> list[Dossier]:
    """A page of dossiers by name, among those that the agent sees. Raises Invalid."""
    return await stores.dossiers.page(seen_by(agent, wanted), after, limit)


def seen_by(agent: Principal, wanted: Filter) -> Filter:
    """The same, among the dossiers that the agent sees."""
    return wanted if SCOPES["list-dossiers"][agent.role] is Scope.ALL else replace(wanted, seen_by=agent)


async def dossier(stores: Stores, agent: Principal, dossier_id: UUID, now: datetime) -> tuple[Dossier, Agent | None]:
    """A dossier and its référent, as it may be read at this instant. Raises NotFound."""
    judged = await opened.of_dossier(stores, agent, "read-dossier", dossier_id, now)
    found = await stores.dossiers.get(dossier_id, judged=judged)
    return found, await referent_of(stores, found)


async def referent_of(stores: Stores, found: Dossier) -> Agent | None:
    """Who accompanies the person."""
    return await stores.agents.find(found.referent_id) if found.referent_id is not None else None


async def history(
    stores: Stores, agent: Principal, dossier_id: UUID, after: int, limit: int
) -> list[tuple[int, Change]]:
    """What changed in a dossier, newest first. Raises NotFound."""
    await stores.dossiers.get(dossier_id, judged=partial(check, agent, "read-dossier-history"))
    return await stores.dossiers.history(dossier_id, after, limit)
