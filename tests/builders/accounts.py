"""Closes and opens an agent's account for a service, as the event of contracts would."""

from typing import Any

import httpx
from fastapi import FastAPI

from shared.accounts.following import following
from shared.events.contracts import AgentChanged
from shared.security.principal import Role
from tests.builders.deliveries import delivery_of
from tests.builders.endpoints import endpoints
from tests.builders.events import sample
from tests.builders.tokens import Issuer

AGENT = "agent-parti"
REFUSED = "urn:cer:problem:agent-deactivated"


class Leaver:
    """An agent with a token that stays valid, whatever becomes of their account."""

    def __init__(self, service: str, app: FastAPI, client: httpx.AsyncClient, issuer: Issuer) -> None:
        self._service, self._app, self._client, self._issuer = service, app, client, issuer

    async def told(self, version: int, *, active: bool) -> str:
        """The service hears of this version of the account."""
        event = sample(AgentChanged, agent_id=AGENT, aggregate_version=version, active=active)
        return await following(self._service, self._app.state.database).inbox.handle(delivery_of(event))

    async def refused_at(self) -> tuple[set[str], set[str]]:
        """The endpoints that say that the account is closed, and all the others."""
        refused: set[str] = set()
        others: set[str] = set()
        for one in endpoints(self._app):
            answers = [await self._ask(one.method, one.at(), role) for role in Role]
            (refused if set(answers) == {REFUSED} else others).add(str(one))
        return refused, others

    async def _ask(self, method: str, path: str, role: Role) -> Any:
        headers = {**self._issuer.headers(role, AGENT), "Idempotency-Key": "key", "If-Match": '"1"'}
        answer = await self._client.request(method, path, json={}, headers=headers)
        return answer.json().get("type") if "json" in answer.headers.get("content-type", "") else None
