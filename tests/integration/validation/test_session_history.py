"""What was done to a session, by whom; and the sessions that examined a study."""

import pytest

from shared.security.principal import Role
from tests.integration.validation.conftest import Validation
from tests.integration.validation.sitting import later, opened, prepared
from tests.integration.validation.test_decisions import assert_refused

pytestmark = pytest.mark.integration


async def test_a_session_tells_who_did_what_to_it_newest_first_a_page_at_a_time(validation: Validation) -> None:
    sitting, (study,) = await opened(validation)
    await sitting.say(study)
    path, told, cursor = f"/sessions/{sitting.id}/history?limit=2", [], ""

    while cursor is not None:
        page = await validation.get(path + (f"&cursor={cursor}" if cursor else ""), Role.CHEF_DE_SERVICE)
        assert page.status_code == 200, page.text
        told += page.json()["moves"]
        cursor = page.json()["next"]

    versions = [move["version"] for move in told]
    assert versions == sorted(versions, reverse=True)
    assert [move["verb"] for move in reversed(told)][-4:] == ["add", "convene", "open", "give_opinion"]
    assert told[0]["study_id"] == study
    assert [move["actor"] for move in told[:2]] == ["agent-rieutord", "agent-rieutord"]


async def test_the_history_of_a_session_is_not_for_its_members_and_an_unknown_one_has_none(
    validation: Validation,
) -> None:
    sitting = await prepared(validation)

    assert (await validation.get(f"/sessions/{sitting.id}/history", Role.COMMISSION)).status_code == 403
    unknown = "/sessions/01980000-0000-7000-8000-0000000000b9/history"
    assert_refused(await validation.get(unknown, Role.CHEF_DE_SERVICE), 404, "not-found")
    foreign = await validation.get(f"/sessions/{sitting.id}/history?cursor=zzz", Role.CHEF_DE_SERVICE)
    assert foreign.status_code == 422


async def test_a_study_tells_the_sessions_that_examined_it_and_the_one_that_will(validation: Validation) -> None:
    sitting, (study,) = await opened(validation)
    following = await prepared(validation, at=later(9))
    before = (await validation.get(f"/studies/{study}", Role.SERVICE_INSERTION)).json()["sessions"]
    await sitting.send("POST", f"/items/{study}/postponement", {"to": following.id, "reason": "À entendre."})

    after = (await validation.get(f"/studies/{study}", Role.SERVICE_INSERTION)).json()["sessions"]

    assert [(one["session_id"], one["state"], one["ending"]) for one in before] == [(sitting.id, "open", None)]
    assert [(one["session_id"], one["opinion"], one["ending"], one["postponed_to"]) for one in after] == [
        (sitting.id, "ajourne", "postponed", following.id),
        (following.id, None, None, None),
    ]
