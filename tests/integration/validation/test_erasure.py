"""A person erased in contracts leaves nothing with validation, and nothing of them comes in again."""

from uuid import UUID

import pytest
from sqlalchemy import text

from shared.events.contracts import CerSubmitted, DossierErased
from shared.events.validation import StudiesErased
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders.canaries import cells_with
from tests.builders.events import CER_ID, DOSSIER_ID, sample
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

OTHER = UUID("01980000-0000-7000-8000-0000000000d9")
OTHER_CER = UUID("01980000-0000-7000-8000-0000000000c9")


async def decided(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    answer = await validation.post(
        f"/studies/{study['id']}/decision",
        {"outcome": "non_valide", "comment": "Accord.", "motives": ["Motif."]},
        Role.CHEF_DE_SERVICE,
        If_Match=f'"{study["version"]}"',
    )
    assert answer.status_code == 200, answer.text


async def test_rows_outbox_and_answers_of_the_person_go_and_the_others_stay(validation: Validation) -> None:
    await decided(validation)
    await validation.open_study(cer_id=OTHER_CER, dossier_id=OTHER)
    ids = (str(DOSSIER_ID), str(CER_ID))
    assert {"study.dossier_id", "study.cer_id", "outbox.key"} <= await cells_with(validation.database, *ids)

    assert await validation.hear(sample(DossierErased)) == "done"

    # The answer itself, the closed keys, and the record of what agents read and did are all that names them.
    assert await cells_with(validation.database, *ids) == {
        "audit_entry.cers", "audit_entry.dossiers",
        "erased.dossier_id", "erased.key", "outbox.aggregate_id", "outbox.headers", "outbox.key", "outbox.payload",
    }  # fmt: skip
    told = await validation.told()
    (answer,) = [event for event in told if isinstance(event, StudiesErased)]
    assert (answer.dossier_id, answer.number, answer.aggregate_version, answer.files) == (DOSSIER_ID, 7, 9, 0)
    assert answer.rows >= 8
    assert {str(event.dossier_id) for event in told if event is not answer} == {str(OTHER)}
    assert len((await validation.get("/studies")).json()["studies"]) == 1


async def test_what_comes_late_twice_or_again_changes_and_stores_nothing(validation: Validation) -> None:
    erased = sample(DossierErased)
    assert await validation.hear(erased, event_id := new_id()) == "done"  # before anything was heard of the person

    late = validation.submission()
    assert await validation.hear(late, same := new_id()) == "erased"
    assert await validation.hear(late, same) == "seen"
    assert await validation.hear(erased, event_id) == "seen"
    assert await validation.hear(validation.submission(submission=2)) == "erased"

    async with validation.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM study")) == 0
        assert await session.scalar(text("SELECT count(*) FROM parked_event")) == 0
    assert [event.name() for event in await validation.told()] == ["StudiesErased"]


async def test_told_again_after_a_backup_was_restored_it_erases_again_and_answers_again(validation: Validation) -> None:
    await decided(validation)
    await validation.hear(sample(DossierErased))
    async with validation.database.begin() as uow:  # what an older backup does not know
        await uow.session.execute(text("DELETE FROM erased"))
        await uow.session.execute(text("DELETE FROM outbox"))
    await decided(validation)

    assert await validation.hear(sample(DossierErased, aggregate_version=10)) == "done"

    assert (await validation.get("/studies")).json()["studies"] == []
    (answer,) = await validation.told()
    assert (type(answer), answer.aggregate_version) == (StudiesErased, 10)
    assert await validation.hear(sample(CerSubmitted)) == "erased"
