"""Deciding by delegation, and in series: given, ended, overlapping, recorded, and only on files that were opened."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.events.blocks import AgentCard, DecisionText
from shared.events.validation import CerDecided
from shared.security.principal import Role
from tests.builders.events import REFERENT_ID
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

HOLDER, CHEF = "agent-rieutord", "chef-1"
WEEK = {"delegate_id": HOLDER, "first_day": "2026-03-16", "last_day": "2026-03-20"}


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:cer:problem:")


async def give(
    validation: Validation, role: Role = Role.CHEF_DE_SERVICE, subject: str = CHEF, **changes: Any
) -> httpx.Response:
    return await validation.post("/delegations", WEEK | changes, role, subject)


async def end(validation: Validation, given: httpx.Response) -> httpx.Response:
    return await validation.post(f"/delegations/{given.json()['id']}/ending", {}, Role.CHEF_DE_SERVICE, CHEF)


async def decide(
    validation: Validation, study: dict[str, Any], subject: str = HOLDER, role: Role = Role.SERVICE_INSERTION
) -> httpx.Response:
    path, seen = f"/studies/{study['id']}/decision", f'"{study["version"]}"'
    body = {
        "outcome": "non_valide",
        "comment": "À reprendre.",
        "motive_codes": ["etapes_sans_date"],
        "motives": ["Et."],
    }
    return await validation.post(path, body, role, subject, If_Match=seen)


async def waiting(validation: Validation, **changes: Any) -> dict[str, Any]:
    return await validation.waiting_for_decision(**({"cer_id": uuid4()} | changes))


async def test_the_holder_of_a_delegation_decides_and_the_decision_says_so(validation: Validation) -> None:
    study = await waiting(validation)
    assert code(await decide(validation, study)) == (403, "delegation-required")
    given = await give(validation)
    assert (given.status_code, given.json()["delegator_id"], given.json()["in_force"]) == (201, CHEF, True)

    assert (await decide(validation, study)).status_code == 200

    (told,) = [one for one in await validation.told() if isinstance(one, CerDecided)]
    assert (told.decided_by, told.delegated_by, str(told.delegation_id)) == (HOLDER, CHEF, given.json()["id"])
    assert validation.keys.open(AgentCard, told.decider).quality == "Agent, par délégation"
    words = validation.keys.open(DecisionText, told.decision)
    assert words.motives == ("Les étapes ne portent pas de date", "Et.")
    decision = (await validation.get(f"/studies/{study['id']}")).json()["decision"]
    assert (decision["delegated_by"], decision["motive_codes"]) == (CHEF, ["etapes_sans_date"])


async def test_it_gives_nothing_before_nor_after_nor_out_of_its_scope_nor_once_ended(validation: Validation) -> None:
    study, elsewhere = await waiting(validation), await waiting(validation, territory="privas")
    given = await give(validation, first_day="2026-03-17", territories=["privas"])
    assert code(await decide(validation, elsewhere)) == (403, "delegation-required")
    validation.clock.instant += timedelta(days=1)
    assert code(await decide(validation, study)) == (403, "delegation-required")
    assert (await end(validation, given)).json()["ended_by"] == CHEF
    assert code(await decide(validation, elsewhere)) == (403, "delegation-required")
    assert code(await end(validation, given)) == (409, "delegation-over")
    assert (await give(validation, first_day="2026-03-17")).status_code == 201  # the ended one leaves room
    assert (await decide(validation, elsewhere)).status_code == 200
    validation.clock.instant += timedelta(days=4)
    assert code(await decide(validation, study)) == (403, "delegation-required")


async def test_delegations_of_one_agent_do_not_overlap_even_when_given_at_once(validation: Validation) -> None:
    together = await asyncio.gather(*(give(validation, last_day=f"2026-03-{20 + more}") for more in range(5)))
    assert sorted(one.status_code for one in together) == [201, 409, 409, 409, 409]
    assert code(await give(validation, first_day="2026-03-20", last_day="2026-04-20")) == (409, "delegations-overlap")
    assert (await give(validation, delegate_id="agent-autre")).status_code == 201
    with pytest.raises(IntegrityError, match="one_delegation_at_a_time"):
        async with validation.database.begin() as uow:
            columns = "delegator_id, delegate_id, first_day, last_day, territories, natures, made_by, made_at"
            again = f"INSERT INTO delegation (id, {columns}) SELECT gen_random_uuid(), {columns} FROM delegation"
            await uow.session.execute(text(again))


async def test_who_gives_in_whose_name_and_who_sees_what(validation: Validation) -> None:
    assert code(await give(validation, delegator_id="chef-2")) == (403, "delegation-of-another")
    assert code(await give(validation, Role.ADMIN, "admin-1", delegate_id="admin-1")) == (422, "delegation-incoherent")
    by_admin = await give(validation, Role.ADMIN, "admin-1", delegator_id="chef-2")
    assert (by_admin.json()["delegator_id"], by_admin.json()["made_by"]) == ("chef-2", "admin-1")
    await give(validation, delegate_id="agent-autre", first_day="2026-05-01", last_day="2026-05-02")

    async def seen(role: Role, subject: str, query: str = "") -> list[str]:
        page = (await validation.get(f"/delegations{query}", role, subject)).json()
        return [one["delegate_id"] for one in page["delegations"]]

    assert await seen(Role.CHEF_DE_SERVICE, CHEF) == ["agent-autre", HOLDER]
    assert await seen(Role.ADMIN, "admin-1", "?in_force=true") == [HOLDER]
    assert await seen(Role.SERVICE_INSERTION, HOLDER) == [HOLDER]
    assert await seen(Role.SERVICE_INSERTION, "agent-tiers") == []
    first = (await validation.get("/delegations?limit=1", Role.ADMIN)).json()
    second = (await validation.get(f"/delegations?limit=1&cursor={first['next']}", Role.ADMIN)).json()
    assert ([one["delegate_id"] for one in second["delegations"]], second["next"]) == ([HOLDER], None)


@pytest.mark.parametrize("scope", ["territories", "natures"])
async def test_a_delegation_for_what_no_cer_can_have_is_refused(validation: Validation, scope: str) -> None:
    unknown: dict[str, Any] = {scope: ["nulle_part"]}

    refused = await give(validation, **unknown)

    assert code(refused) == (422, "unknown-codes")
    assert [one["field"] for one in refused.json()["errors"]] == [f"{scope}.0"]


async def series(
    validation: Validation, mode: str, *studies: dict[str, Any], subject: str = CHEF, **body: Any
) -> httpx.Response:
    items = [{"study_id": one["id"], "version": one["version"]} for one in studies]
    wanted = {"mode": mode, "items": items, "outcome": "valide"} | body
    return await validation.post("/studies/decisions", wanted, Role.CHEF_DE_SERVICE, subject)


async def test_a_series_is_decided_only_on_files_that_were_opened_by_that_person(validation: Validation) -> None:
    opened, other, unopened = [await waiting(validation) for _ in range(3)]
    await validation.get(f"/studies/{opened['id']}", Role.CHEF_DE_SERVICE, CHEF)
    await validation.get(f"/studies/{other['id']}", Role.CHEF_DE_SERVICE, "chef-2")

    assert code(await series(validation, "all", opened, other, unopened)) == (409, "refused-together")
    assert not any(isinstance(one, CerDecided) for one in await validation.told())
    answer = (await series(validation, "each", opened, other, unopened)).json()

    assert [one["done"] for one in answer["results"]] == [True, False, False]
    assert {one["problem"]["type"] for one in answer["results"][1:]} == {"urn:cer:problem:study-not-opened"}
    (told,) = [one for one in await validation.told() if isinstance(one, CerDecided)]
    assert str(told.study_id) == opened["id"]


async def test_a_file_opened_before_its_latest_submission_is_to_be_opened_again(validation: Validation) -> None:
    cer_id = uuid4()
    study = await waiting(validation, cer_id=cer_id)
    path = f"/studies/{study['id']}"
    await validation.get(path, Role.CHEF_DE_SERVICE, CHEF)
    lacking = {"reason": "Pièce.", "missing_codes": ["justificatif"], "missing": ["Le devis."]}
    seen = f'"{study["version"]}"'
    returned = await validation.post(f"{path}/return", lacking, Role.SERVICE_INSERTION, If_Match=seen)
    assert returned.status_code == 200, returned.text
    assert await validation.hear(validation.submission(cer_id=cer_id, submission=2, aggregate_version=9)) == "done"
    seen = f'"{returned.json()["version"] + 1}"'
    sent = await validation.post(f"{path}/chef-de-service", {}, Role.SERVICE_INSERTION, If_Match=seen)

    refused = (await series(validation, "each", sent.json())).json()["results"][0]
    assert refused["problem"]["type"] == "urn:cer:problem:study-not-opened"
    file = (await validation.get(path, Role.CHEF_DE_SERVICE, CHEF)).json()
    assert [move["detail"] for move in file["history"] if move["verb"] == "return"] == ["justificatif"]
    assert (await series(validation, "all", sent.json())).json()["done"] == 1


async def test_whoever_wrote_the_cer_before_its_referent_never_decides_it(validation: Validation) -> None:
    study = await waiting(validation, author_ids=(CHEF, REFERENT_ID))

    assert code(await decide(validation, study, CHEF, Role.CHEF_DE_SERVICE)) == (403, "author-cannot-decide")
    assert (await decide(validation, study, "chef-2", Role.CHEF_DE_SERVICE)).status_code == 200
    with pytest.raises(IntegrityError, match="never_by_an_author"):
        async with validation.database.begin() as uow:
            await uow.session.execute(text("UPDATE decision SET decided_by = author_ids[1]"))


@pytest.mark.parametrize(
    ("act", "body", "refusal"),
    [
        ("decision", {"outcome": "valide", "motive_codes": ["autre"]}, "unknown-motive"),
        ("return", {"reason": "Pièce.", "missing_codes": ["autre"]}, "unknown-complement"),
    ],
)
async def test_a_code_that_is_in_no_list_is_refused(
    validation: Validation, act: str, body: dict[str, Any], refusal: str
) -> None:
    study = await waiting(validation)
    role = Role.CHEF_DE_SERVICE if act == "decision" else Role.SERVICE_INSERTION
    seen = f'"{study["version"]}"'

    answer = await validation.post(f"/studies/{study['id']}/{act}", body, role, If_Match=seen)

    assert code(answer) == (422, refusal)
    assert "Possibles" in answer.json()["detail"]
