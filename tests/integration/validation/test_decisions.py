"""Deciding: who may, what is recorded and told, and that it happens once, whoever comes together."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.events.blocks import AgentCard, DecisionText
from shared.events.validation import CerDecided, OpinionGiven
from shared.security.principal import Role
from tests.builders.events import REFERENT_ID
from tests.builders.validation import RETABLISSEMENT
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

VALIDE = {
    "outcome": "valide",
    "comment": "Objectifs cohérents.",
    "motives": ["parcours"],
    "note_referent": "Voir la Mission locale.",
}


async def decide(
    validation: Validation, study: dict[str, Any], body: dict[str, Any], subject: str = "chef-1", **headers: str
) -> httpx.Response:
    """A decision on what the chef de service sees."""
    given = {"If_Match": f'"{study["version"]}"'} | headers
    return await validation.post(f"/studies/{study['id']}/decision", body, Role.CHEF_DE_SERVICE, subject, **given)


async def with_opinion(validation: Validation, opinion: str) -> dict[str, Any]:
    """A study whose commission gave its opinion."""
    study = await validation.open_study()
    for act, body in (("commission", {"kind": "ep"}), ("opinion", {"opinion": opinion})):
        answer = await validation.post(
            f"/studies/{study['id']}/{act}", body, Role.SERVICE_INSERTION, If_Match=f'"{study["version"]}"'
        )
        assert answer.status_code == 200, answer.text
        study = answer.json()
    return study


def assert_refused(answer: httpx.Response, status: int, code: str) -> None:
    """A problem document of this code."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:cer:problem:{code}"


async def test_the_chef_de_service_decides_and_the_decision_is_told_sealed(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    answer = await decide(validation, study, VALIDE)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["outcome"]) == ("decide", "valide")
    assert answer.headers["etag"] == '"3"'
    told = (await validation.told())[-1]
    assert isinstance(told, CerDecided)
    assert (told.outcome, told.path, told.decided_by, told.date_debut) == ("valide", "chef_de_service", "chef-1", None)
    words = validation.keys.open(DecisionText, told.decision)
    assert (words.comment, words.motives, words.note_referent) == (
        "Objectifs cohérents.", ("parcours",), "Voir la Mission locale.",
    )  # fmt: skip
    assert validation.keys.open(AgentCard, told.decider).full_name == "Agent Fictif"
    file = (await validation.get(f"/studies/{study['id']}", Role.CHEF_DE_SERVICE)).json()
    assert file["decision"]["decider"]["agent_id"] == "chef-1"
    assert "Mission locale" not in str(file)


async def test_deciding_twice_is_refused_even_on_a_stale_page(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    assert (await decide(validation, study, VALIDE)).status_code == 200
    for version in (study["version"], study["version"] + 1):
        again = await decide(
            validation, study, {"outcome": "non_valide", "comment": "Non."}, "chef-2", If_Match=f'"{version}"'
        )
        assert_refused(again, 409, "already-decided")
        assert "définitive" in again.json()["detail"]
    assert sum(isinstance(event, CerDecided) for event in await validation.told()) == 1


@pytest.mark.parametrize("round_", range(5))
async def test_two_deciders_at_once_leave_one_decision_and_the_second_is_told(
    validation: Validation, round_: int
) -> None:
    study = await validation.waiting_for_decision()
    bodies: list[dict[str, Any]] = [VALIDE, {"outcome": "non_valide", "comment": "Étapes à préciser."}] * 3
    answers = await asyncio.gather(
        *(decide(validation, study, body, f"chef-{number}") for number, body in enumerate(bodies))
    )
    winners = [answer for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    for answer in answers:
        if answer is not winners[0]:
            assert_refused(answer, 409, "already-decided")
    (decided,) = [event for event in await validation.told() if isinstance(event, CerDecided)]
    assert decided.outcome == winners[0].json()["outcome"]


async def test_a_decision_and_a_return_at_once_leave_one_of_them(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    version = f'"{study["version"]}"'
    answers = await asyncio.gather(
        decide(validation, study, VALIDE),
        validation.post(
            f"/studies/{study['id']}/return", {"reason": "Pièce."}, Role.SERVICE_INSERTION, If_Match=version
        ),
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])
    assert len(await validation.told()) == 3


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("", "decision_pkey"),
        ("study_id = gen_random_uuid()", "decision_study_id_fkey"),
        ("decided_by = referent_id", "never_by_an_author"),
        ("path = 'commission', opinion = 'defavorable'", "outcome_follows_opinion"),
        ("path = 'commission', opinion = NULL", "outcome_follows_opinion"),
    ],
)
async def test_the_database_itself_holds_the_decision(validation: Validation, change: str, constraint: str) -> None:
    study = await validation.waiting_for_decision()
    assert (await decide(validation, study, VALIDE)).status_code == 200
    statement = f"UPDATE decision SET {change}" if change else "INSERT INTO decision SELECT * FROM decision"
    with pytest.raises(IntegrityError, match=constraint):
        async with validation.database.begin() as uow:
            await uow.session.execute(text(statement))


async def test_the_same_request_sent_again_is_answered_again(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    answers = [await decide(validation, study, VALIDE, Idempotency_Key="once") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert sum(isinstance(event, CerDecided) for event in await validation.told()) == 1


async def test_the_author_never_decides_even_as_chef_de_service(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    assert_refused(await decide(validation, study, VALIDE, REFERENT_ID), 403, "author-cannot-decide")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CHEF_DE_SERVICE])
async def test_no_other_role_decides(validation: Validation, role: Role) -> None:
    study = await validation.waiting_for_decision()
    path = f"/studies/{study['id']}/decision"
    code = "delegation-required" if role is Role.SERVICE_INSERTION else "forbidden"
    assert_refused(await validation.post(path, VALIDE, role, If_Match=f'"{study["version"]}"'), 403, code)


async def test_a_refusal_is_commented_and_a_start_arbitrated_only_where_one_was_asked(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    bare = await decide(validation, study, {"outcome": "non_valide"})
    assert_refused(bare, 422, "comment-required")
    assert [problem["field"] for problem in bare.json()["errors"]] == ["comment"]
    assert_refused(
        await decide(validation, study, VALIDE | {"date_debut": "2026-03-01"}), 422, "arbitration-impossible"
    )
    assert (await decide(validation, study, {"outcome": "valide"})).status_code == 200


async def test_an_earlier_start_is_arbitrated_and_told(validation: Validation) -> None:
    study = await validation.waiting_for_decision(**RETABLISSEMENT)
    assert (await decide(validation, study, VALIDE | {"date_debut": "2026-02-01"})).status_code == 200
    assert (await validation.told())[-1].date_debut == date(2026, 2, 1)


@pytest.mark.parametrize(("opinion", "outcome"), [("favorable", "valide"), ("defavorable", "non_valide")])
async def test_the_commission_s_outcome_follows_its_opinion(validation: Validation, opinion: str, outcome: str) -> None:
    study = await with_opinion(validation, opinion)
    path, version = f"/studies/{study['id']}/outcome", f'"{study["version"]}"'
    other = "non_valide" if outcome == "valide" else "valide"
    words = {"comment": "Avis suivi."}
    refused = await validation.post(path, words | {"outcome": other}, Role.SERVICE_INSERTION, If_Match=version)
    assert_refused(refused, 409, "outcome-against-opinion")
    kept = await validation.post(path, words | {"outcome": outcome}, Role.SERVICE_INSERTION, If_Match=version)
    assert kept.status_code == 200
    events = await validation.told()
    assert [type(event) for event in events[-2:]] == [OpinionGiven, CerDecided]
    assert (events[-1].path, events[-1].outcome) == ("commission", outcome)


async def test_acts_ask_for_the_version_that_was_seen(validation: Validation) -> None:
    study = await validation.open_study()
    path = f"/studies/{study['id']}/chef-de-service"
    assert_refused(await validation.post(path, {}, Role.SERVICE_INSERTION), 428, "version-required")
    assert_refused(await validation.post(path, {}, Role.SERVICE_INSERTION, If_Match='"7"'), 412, "race-lost")
    decided = await decide(validation, study, VALIDE)
    assert_refused(decided, 409, "impossible-move")
