"""Five hundred races about a decision: each leaves one outcome, and a clear answer to who lost it.

They run on a real PostgreSQL, two requests at once for each study, several studies at a time.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.events.validation import (
    CerDecided,
    CerReturnedForComplement,
    CerSentToChefDeService,
    CerSentToCommission,
    OpinionGiven,
    StudyOpened,
)
from shared.security.principal import Role
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

RACES = 125
AT_ONCE = 5

VALIDE = {"outcome": "valide", "comment": "Objectifs cohérents."}
NON_VALIDE = {"outcome": "non_valide", "comment": "Étapes à préciser."}
Post = Callable[[dict[str, Any]], Awaitable[httpx.Response]]

# What may be said to who lost: never an error of the server, never silence.
ALREADY, STALE = (409, "already-decided"), (412, "race-lost")


def poster(validation: Validation, act: str, body: dict[str, Any], role: Role, subject: str) -> Post:
    async def post(study: dict[str, Any]) -> httpx.Response:
        path = f"/studies/{study['id']}/{act}"
        return await validation.post(path, body, role, subject, If_Match=f'"{study["version"]}"')

    return post


async def before_chef(validation: Validation) -> dict[str, Any]:
    return await validation.waiting_for_decision(cer_id=uuid4())


async def before_commission(validation: Validation) -> dict[str, Any]:
    study = await validation.open_study(cer_id=uuid4())
    for act, body in (("commission", {"kind": "ep"}), ("opinion", {"opinion": "favorable"})):
        answer = await poster(validation, act, body, Role.SERVICE_INSERTION, "agent-1")(study)
        study = dict(answer.json())
    return study


async def races(
    validation: Validation, begin: Callable[[Validation], Awaitable[dict[str, Any]]], first: Post, second: Post
) -> list[tuple[httpx.Response, httpx.Response]]:
    """As many races as are asked for; who sends first takes turns."""
    room = asyncio.Semaphore(AT_ONCE)

    async def race(number: int) -> tuple[httpx.Response, httpx.Response]:
        async with room:
            study = await begin(validation)
            if number % 2:
                one, other = await asyncio.gather(first(study), second(study))
            else:
                other, one = await asyncio.gather(second(study), first(study))
            return one, other

    return list(await asyncio.gather(*(race(number) for number in range(RACES))))


def answered(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "").removeprefix("urn:cer:problem:")


def assert_one_won_each(pairs: list[tuple[httpx.Response, httpx.Response]], losers: set[tuple[int, str]]) -> None:
    for pair in pairs:
        codes = [answered(one) for one in pair]
        assert [code for code, _ in codes].count(200) == 1, codes
        (lost,) = (one for one in pair if one.status_code != 200)
        assert answered(lost) in losers
        assert lost.json()["detail"]


async def kinds(validation: Validation) -> Counter[str]:
    return Counter(type(event).__name__ for event in await validation.told())


async def decisions(validation: Validation) -> int:
    async with validation.database.read() as session:
        return int(await session.scalar(text("SELECT count(*) FROM decision")) or 0)


async def test_two_deciders(validation: Validation) -> None:
    pairs = await races(
        validation,
        before_chef,
        poster(validation, "decision", VALIDE, Role.CHEF_DE_SERVICE, "chef-1"),
        poster(validation, "decision", NON_VALIDE, Role.CHEF_DE_SERVICE, "chef-2"),
    )

    assert_one_won_each(pairs, {ALREADY})
    assert await decisions(validation) == RACES
    assert await kinds(validation) == {
        StudyOpened.name(): RACES, CerSentToChefDeService.name(): RACES, CerDecided.name(): RACES,
    }  # fmt: skip
    outcomes = Counter(one.outcome for one in await validation.told() if isinstance(one, CerDecided))
    won = Counter(one.json()["outcome"] for pair in pairs for one in pair if one.status_code == 200)
    assert outcomes == won


@pytest.mark.parametrize(
    ("act", "body", "event"),
    [
        ("return", {"reason": "Pièce absente."}, CerReturnedForComplement),
        ("commission", {"kind": "ep", "reason": "À revoir en commission."}, CerSentToCommission),
    ],
)
async def test_a_decision_against_a_return_or_a_change_of_path(
    validation: Validation, act: str, body: dict[str, Any], event: type
) -> None:
    pairs = await races(
        validation,
        before_chef,
        poster(validation, "decision", VALIDE, Role.CHEF_DE_SERVICE, "chef-1"),
        poster(validation, act, body, Role.SERVICE_INSERTION, "agent-1"),
    )

    assert_one_won_each(pairs, {ALREADY, STALE})
    decided = sum(one.status_code == 200 for one, _ in pairs)
    told = await kinds(validation)
    assert await decisions(validation) == decided == told[CerDecided.name()]
    assert told[event.__name__] == RACES - decided


async def test_two_outcomes_of_a_commission(validation: Validation) -> None:
    pairs = await races(
        validation,
        before_commission,
        poster(validation, "outcome", VALIDE, Role.SERVICE_INSERTION, "agent-1"),
        poster(validation, "outcome", VALIDE | {"comment": "Avis suivi."}, Role.SERVICE_INSERTION, "agent-2"),
    )

    assert_one_won_each(pairs, {ALREADY})
    assert await decisions(validation) == RACES
    told = await kinds(validation)
    assert (told[CerDecided.name()], told[OpinionGiven.name()]) == (RACES, RACES)
