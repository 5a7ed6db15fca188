"""A lost or restored database: studies as contracts followed them, nothing told, nothing under way undone."""

from typing import Any

import pytest
from sqlalchemy import text

from shared.events.contracts import CerSnapshot, DossierErased, StudySnapshot
from shared.events.sealed import Sealed
from shared.events.validation import CerDecided
from shared.security.principal import Role
from tests.builders import events
from tests.builders.events import CER_ID, sample
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration


AUTHOR = "chef-who-wrote"


def snapshot(validation: Validation, state: str, version: int = 3, **changes: Any) -> CerSnapshot:
    """A CER in this state, as contracts has it, its study's version being that."""
    decided = state in {"valide", "non_valide"}
    none = {"outcome": None, "path": None, "decided_at": None, "decided_by": None}
    told = sample(CerSnapshot).study
    assert told is not None
    study = told.model_copy(update={"version": version, **({} if decided else none), **changes})
    return sample(
        CerSnapshot,
        state=state,
        signed=None,
        author_ids=(AUTHOR,),
        study=StudySnapshot.model_validate(study.model_dump()),
        identity=Sealed(token=validation.keys.seal(events.identity())),
        referent=Sealed(token=validation.keys.seal(events.referent_card())),
        decision=Sealed(token=validation.keys.seal(events.decision())) if decided else None,
        decider=Sealed(token=validation.keys.seal(events.chef_card())) if decided else None,
    )


async def line(validation: Validation) -> dict[str, Any]:
    (found,) = (await validation.get(f"/studies?cer_id={CER_ID}")).json()["studies"]
    return dict(found)


@pytest.mark.parametrize(
    ("state", "study"),
    [
        ("soumis_a_etude", "a_orienter"),
        ("etude_en_commission", "en_commission"),
        ("attente_decision", "attente_decision"),
        ("proposition", "retourne"),
        ("valide", "decide"),
    ],
)
async def test_a_study_that_is_not_known_comes_back_and_tells_nothing(
    validation: Validation, state: str, study: str
) -> None:
    kind = "ep" if state == "etude_en_commission" else None
    assert await validation.hear(snapshot(validation, state, commission_kind=kind)) == "done"

    found = await line(validation)
    assert (found["state"], found["version"], found["priority"]) == (study, 3, "normale")
    assert await validation.told() == []


async def test_it_is_decided_as_if_nothing_had_been_lost(validation: Validation) -> None:
    await validation.hear(snapshot(validation, "attente_decision"))
    study = await line(validation)

    answer = await validation.post(
        f"/studies/{study['id']}/decision",
        {"outcome": "valide", "comment": "Accord."},
        Role.CHEF_DE_SERVICE,
        If_Match=f'"{study["version"]}"',
    )

    assert answer.status_code == 200, answer.text
    (told,) = await validation.told()
    assert (type(told), told.submission, told.aggregate_version) == (CerDecided, 1, 4)


async def test_a_returned_cer_can_be_submitted_again(validation: Validation) -> None:
    await validation.hear(snapshot(validation, "proposition"))

    assert await validation.hear(validation.submission(submission=2)) == "done"

    assert (await line(validation))["state"] == "a_orienter"


async def test_an_older_backup_is_brought_up_and_what_is_ahead_stays(validation: Validation) -> None:
    await validation.waiting_for_decision()  # version 2, as the backup has it
    assert await validation.hear(snapshot(validation, "etude_en_commission", 2, commission_kind="ep")) == "stale"
    assert (await line(validation))["state"] == "attente_decision"

    assert await validation.hear(snapshot(validation, "valide", 3)) == "done"
    assert await validation.hear(snapshot(validation, "valide", 3)) == "stale"

    assert (await line(validation))["state"] == "decide"
    async with validation.database.read() as session:
        assert await session.scalar(text("SELECT outcome FROM decision")) == "valide"


async def test_a_cer_that_was_never_submitted_is_no_business_of_validation(validation: Validation) -> None:
    event = snapshot(validation, "proposition").model_copy(update={"study": None})
    assert await validation.hear(event) == "stale"
    assert (await validation.get("/studies")).json()["studies"] == []


async def test_a_snapshot_of_an_erased_person_stays_outside(validation: Validation) -> None:
    await validation.hear(sample(DossierErased))
    assert await validation.hear(snapshot(validation, "attente_decision")) == "erased"
    assert (await validation.get("/studies")).json()["studies"] == []


async def test_who_wrote_in_a_cer_does_not_decide_it_once_its_study_came_back(validation: Validation) -> None:
    assert await validation.hear(snapshot(validation, "attente_decision")) == "done"
    study = await line(validation)
    path, seen = f"/studies/{study['id']}/decision", f'"{study["version"]}"'

    async def decide(subject: str) -> int:
        body = {"outcome": "valide"}
        return (await validation.post(path, body, Role.CHEF_DE_SERVICE, subject, If_Match=seen)).status_code

    assert [await decide(AUTHOR), await decide("chef-1")] == [403, 200]
