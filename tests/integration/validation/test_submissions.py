"""What the service does with submissions, in whatever order and however often they come."""

import pytest
from sqlalchemy import text

from shared.events.validation import StudyOpened
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

PAYLOAD = "headers::text || convert_from(payload, 'UTF8')"


async def returned(validation: Validation) -> str:
    """A study that was returned to the référent."""
    line = await validation.open_study()
    path = f"/studies/{line['id']}"
    body = {"reason": "Pièce absente.", "missing": ["diagnostic"]}
    answer = await validation.post(f"{path}/return", body, Role.SERVICE_INSERTION, If_Match=f'"{line["version"]}"')
    assert answer.status_code == 200, answer.text
    return path


async def test_a_submission_opens_the_study_and_tells_it(validation: Validation) -> None:
    line = await validation.open_study(priority="urgente")
    assert (line["state"], line["submission"], line["person"]["nom"]) == ("a_orienter", 1, "Fictive")
    (told,) = await validation.told()
    assert isinstance(told, StudyOpened)
    assert (str(told.study_id), told.priority, told.aggregate_version) == (line["id"], "urgente", 1)


async def test_a_submission_delivered_twice_takes_effect_once(validation: Validation) -> None:
    event, event_id = validation.submission(), new_id()
    assert [await validation.hear(event, event_id) for _ in range(2)] == ["done", "seen"]
    # The same fact under another event id, as a rebuilt topic could bring it.
    assert await validation.hear(event) == "stale"
    assert len(await validation.told()) == 1


async def test_an_older_submission_after_a_newer_one_changes_nothing(validation: Validation) -> None:
    assert await validation.hear(validation.submission(submission=2, priority="urgente")) == "done"
    assert await validation.hear(validation.submission(submission=1)) == "stale"
    (line,) = (await validation.get("/studies")).json()["studies"]
    assert (line["submission"], line["priority"]) == (2, "urgente")
    assert len(await validation.told()) == 1


async def test_a_returned_cer_comes_back_with_its_history(validation: Validation) -> None:
    path = await returned(validation)
    assert (await validation.get("/studies")).json()["studies"] == []
    assert await validation.hear(validation.submission(submission=2, aggregate_version=9, territory="privas")) == "done"
    file = (await validation.get(path)).json()
    assert (file["state"], file["submission"], file["territory"]) == ("a_orienter", 2, "privas")
    assert [(move["verb"], move["submission"]) for move in file["history"]] == [
        ("open", 1), ("return", 1), ("resume", 2),
    ]  # fmt: skip
    assert [event.aggregate_version for event in await validation.told()] == [1, 2, 3]


async def test_a_submission_of_a_study_that_was_not_returned_is_parked(validation: Validation) -> None:
    await validation.open_study()
    assert await validation.hear(validation.submission(submission=2)) == "parked"
    async with validation.database.read() as session:
        row = (await session.execute(text("SELECT code, reason, ordered FROM parked_event"))).one()
    assert (row.code, row.ordered) == ("impossible-move", True)
    assert "à orienter" in row.reason


async def test_a_submission_after_the_decision_is_parked(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    decided = await validation.post(
        f"/studies/{study['id']}/decision",
        {"outcome": "valide"},
        Role.CHEF_DE_SERVICE,
        If_Match=f'"{study["version"]}"',
    )
    assert decided.status_code == 200
    assert await validation.hear(validation.submission(submission=2)) == "parked"


async def test_no_personal_data_stands_in_clear_in_the_database(validation: Validation) -> None:
    await returned(validation)
    async with validation.database.read() as session:
        for table, shown in (("study", "study::text"), ("study_move", "study_move::text"), ("outbox", PAYLOAD)):
            rows = (await session.execute(text(f"SELECT {shown} FROM {table}"))).scalars().all()
            assert rows
            for canary in ("Fictive", "Jeanne", "example.org", "39980001", "Pièce absente"):
                assert not any(canary in row for row in rows), (table, canary)
