"""Two agents on one session at the same moment, fifty times each: one outcome, and a clear answer to the loser."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import httpx
import pytest
from sqlalchemy import text

from shared.events.validation import OpinionGiven
from shared.security.principal import Role
from tests.integration.validation.conftest import Validation
from tests.integration.validation.sitting import Sitting, in_commission, opened, prepared

pytestmark = pytest.mark.integration

ROUNDS = 50
SERVICE = Role.SERVICE_INSERTION
# What the second is told: that it changed meanwhile, or what it became.
LOST = {"race-lost", "already-on-agenda", "opinion-already-given", "not-on-agenda", "impossible-move"}


def winner(answers: Sequence[httpx.Response]) -> int:
    """Which one was done; the others were refused by a name of the above."""
    done = [place for place, answer in enumerate(answers) if answer.status_code == 200]
    assert len(done) == 1, [answer.text for answer in answers]
    for answer in answers:
        if answer.status_code != 200:
            assert answer.status_code in {404, 409, 412}, answer.text
            assert answer.json()["type"].removeprefix("urn:cer:problem:") in LOST
            assert answer.json()["detail"]
    return done[0]


async def follow(sitting: Sitting) -> None:
    async with sitting.validation.database.read() as session:
        found = await session.scalar(text("SELECT version FROM commission_session WHERE id = :id"), {"id": sitting.id})
    sitting.version = int(found or 0)


async def items(validation: Validation) -> dict[str, str | None]:
    """The opinion of each CER that is on a session's agenda, or was examined."""
    async with validation.database.read() as session:
        rows = await session.execute(
            text("SELECT study_id, opinion FROM session_item WHERE ending IS DISTINCT FROM 'withdrawn'")
        )
        return {str(row.study_id): row.opinion for row in rows}


async def test_two_opinions_on_one_cer(validation: Validation) -> None:
    sitting, studies = await opened(validation, ROUNDS)
    opinions = ("favorable", "defavorable")
    kept = {}

    for study in studies:
        answers = await asyncio.gather(
            *(sitting.try_("POST", f"/items/{study}/opinion", {"opinion": one}) for one in opinions)
        )
        kept[study] = opinions[winner(answers)]
        await follow(sitting)

    assert await items(validation) == kept
    told = {str(one.study_id): one.opinion for one in await validation.told() if isinstance(one, OpinionGiven)}
    assert told == kept
    assert Counter(type(one) for one in await validation.told())[OpinionGiven] == ROUNDS


async def test_a_withdrawal_against_an_opinion(validation: Validation) -> None:
    sitting, studies = await opened(validation, ROUNDS)
    said = set()

    for study in studies:
        answers = await asyncio.gather(
            sitting.try_("POST", f"/items/{study}/opinion", {"opinion": "favorable"}),
            sitting.try_("DELETE", f"/items/{study}"),
        )
        if winner(answers) == 0:
            said.add(study)
        await follow(sitting)

    assert await items(validation) == dict.fromkeys(said, "favorable")
    async with validation.database.read() as session:
        rows = await session.execute(text("SELECT id FROM study WHERE opinion = 'favorable'"))
        assert {str(row.id) for row in rows} == said


async def test_the_closing_against_an_opinion(validation: Validation) -> None:
    sitting, studies = await opened(validation, ROUNDS)
    (kept,) = studies[:1]
    for study in studies[1:]:
        await sitting.send("DELETE", f"/items/{study}")
    results = set()

    for study in studies:
        if study != kept:
            sitting, _ = await one_open(validation, study)
        await sitting.say(study, "favorable")
        answers = await asyncio.gather(
            sitting.try_("POST", "/closing"),
            sitting.try_("POST", f"/items/{study}/opinion", {"opinion": "defavorable"}),
        )
        closed = winner(answers) == 0
        seen = await sitting.read()
        assert (seen["state"], seen["items"][0]["opinion"]) == (
            ("closed", "favorable") if closed else ("open", "defavorable")
        )
        opinion = (await validation.get(f"/studies/{study}")).json()["opinion"]
        assert opinion == seen["items"][0]["opinion"]
        results.add(closed)

    assert results


async def one_open(validation: Validation, study: str) -> tuple[Sitting, str]:
    """An open session that examines this CER."""
    sitting = await prepared(validation)
    await sitting.add(study)
    await sitting.convene()
    await sitting.open()
    return sitting, study


async def test_the_same_cer_on_two_agendas(validation: Validation) -> None:
    sessions = [await prepared(validation) for _ in range(2)]
    expected: dict[str, set[str]] = {one.id: set() for one in sessions}

    for _ in range(ROUNDS):
        study = await in_commission(validation)
        answers = await asyncio.gather(*(one.try_("POST", "/items", {"studies": [study]}) for one in sessions))
        expected[sessions[winner(answers)].id].add(study)
        for one in sessions:
            await follow(one)

    assert {one.id: set(await one.agenda()) for one in sessions} == expected


async def test_a_reroute_against_an_opinion(validation: Validation) -> None:
    sitting, studies = await opened(validation, ROUNDS)

    for study in studies:
        version = f'"{(await validation.get(f"/studies/{study}")).json()["version"]}"'
        answers = await asyncio.gather(
            sitting.try_("POST", f"/items/{study}/opinion", {"opinion": "favorable"}),
            validation.post(f"/studies/{study}/chef-de-service", {"reason": "À arbitrer."}, SERVICE, If_Match=version),
        )
        said = winner(answers) == 0
        state = (await validation.get(f"/studies/{study}")).json()["state"]
        assert state == ("en_commission" if said else "attente_decision")
        assert (await items(validation)).get(study) == ("favorable" if said else None)
        await follow(sitting)
