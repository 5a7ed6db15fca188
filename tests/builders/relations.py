"""Agents as near to, or as far from, the dossier of the samples as the directory says; their token says otherwise.

The dossier is of `TERRITORY` and accompanied by `REFERENT_ID`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import httpx
from fastapi import FastAPI

from shared.accounts.following import following
from shared.database.engine import Database
from shared.events.contracts import AgentChanged
from shared.events.replacements import ReplacementChanged
from shared.security.principal import Principal, Role
from tests.builders.deliveries import delivery_of
from tests.builders.endpoints import Endpoint, endpoints
from tests.builders.events import REFERENT_ID, TERRITORY, sample
from tests.builders.replacements import SUBSTITUTE_ID
from tests.builders.tokens import Issuer

# `replaced`: for whose référent the agent stands in today.
RELATIONS = ("own", "replaced", "territory", "elsewhere")
OWN, NEAR, ALL = frozenset({"own", "replaced"}), frozenset({"own", "replaced", "territory"}), frozenset(RELATIONS)

Oracle = Mapping[str, Mapping[Role, frozenset[str]]]

ELSEWHERE = "privas"


def principal(role: Role, relation: str) -> Principal:
    """An agent of this role as near as this to the dossier."""
    absent = frozenset({REFERENT_ID} if relation == "replaced" else ())
    territory = TERRITORY if relation in {"own", "territory"} else ELSEWHERE
    subject = REFERENT_ID if relation == "own" else "agent-1"
    return Principal(subject, role, territory, "Agent Fictif", None, "Agent", stands_in_for=absent)


@dataclass(frozen=True)
class Someone:
    """Where their token says that they work, what the directory says (none: it never told of them), what they are."""

    subject: str
    claimed: str
    kept: tuple[str, ...] | None
    relation: str


PEOPLE: Final = (
    Someone(REFERENT_ID, ELSEWHERE, (ELSEWHERE,), "own"),
    Someone(SUBSTITUTE_ID, ELSEWHERE, (ELSEWHERE,), "replaced"),
    Someone("agent-of-two-territories", ELSEWHERE, (ELSEWHERE, TERRITORY), "territory"),
    Someone("agent-moved-elsewhere", TERRITORY, (ELSEWHERE,), "elsewhere"),
    Someone("agent-external", TERRITORY, (), "elsewhere"),
    Someone("agent-never-told-of", TERRITORY, None, "territory"),
    Someone("agent-elsewhere-never-told-of", ELSEWHERE, None, "elsewhere"),
)


def agent_changed(subject: str, territories: tuple[str, ...], version: int = 1, **changes: Any) -> AgentChanged:
    """What the directory says of an agent whom the admin keeps."""
    first = territories[0] if territories else None
    about = {"agent_id": subject, "territory": first, "territories": territories, "external": not territories}
    return sample(AgentChanged, **(about | {"aggregate_version": version, "managed": True} | changes))


async def hear(service: str, database: Database, event: AgentChanged | ReplacementChanged) -> str:
    """The service hears of it."""
    return await following(service, database).inbox.handle(delivery_of(event))


async def know_everybody(service: str, database: Database) -> None:
    """The service knows all that the directory says of these people."""
    for one in PEOPLE:
        if one.kept is not None:
            await hear(service, database, agent_changed(one.subject, one.kept))
    for_ever = {"first_day": date(2026, 1, 1), "last_day": date(2099, 12, 31)}
    await hear(service, database, sample(ReplacementChanged, **for_ever))


@dataclass(frozen=True)
class Matrix:
    """Asks each endpoint in each role as each of these people, and compares with an oracle written by hand.

    `bodies` are what is sent where the documentation of an endpoint shows no example.
    """

    app: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    oracle: Oracle
    bodies: Mapping[str, Any] = field(default_factory=dict)

    def missing(self) -> set[str]:
        """Endpoints that the oracle does not have, and lines of it without an endpoint."""
        return {str(one) for one in endpoints(self.app)} ^ self.oracle.keys()

    async def differences(self, ids: Mapping[str, Any], query: Mapping[str, str]) -> list[str]:
        """Where an answer is not the one expected; `query` is what a list has to be asked with, by endpoint."""
        found = []
        for one in endpoints(self.app):
            for role in Role:
                for someone in PEOPLE:
                    path = one.at(**ids) + query.get(str(one), "")
                    answer = await self._ask(one, path, role, someone)
                    expected = self._expected(str(one), role, someone.relation)
                    if _outcome(answer) != expected:
                        found.append(f"{one} {role} {someone.subject}: {expected}, not {answer.status_code}")
        return found

    def _expected(self, endpoint: str, role: Role, relation: str) -> str:
        reached = self.oracle[endpoint].get(role, frozenset())
        if relation in reached:
            return "shown"
        return "hidden" if reached and relation == "elsewhere" else "denied"

    async def _ask(self, one: Endpoint, path: str, role: Role, someone: Someone) -> httpx.Response:
        headers = self.issuer.headers(role, someone.subject, territory=someone.claimed)
        headers |= {"Idempotency-Key": f"{role}-{someone.subject}-{one.path}", "If-Match": '"1"'}
        return await self.client.request(one.method, path, json=self.bodies.get(str(one), one.body), headers=headers)


def _outcome(answer: httpx.Response) -> str:
    """An empty list hides as a 404 does; other refusals come after the right."""
    if answer.status_code == 403:
        return "denied"
    if answer.status_code == 404:
        return "hidden"
    assert answer.status_code < 500, answer.text
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    lists = [part for part in answer.json().values() if isinstance(part, list)] if is_json else []
    return "hidden" if is_json and set(answer.json()) <= LISTS and not any(lists) else "shown"


LISTS: Final = {"editions", "signatures", "messages", "studies", "sessions", "next"}
