"""No study and no session is answered without its line in validation's own audit."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.validation.domain.rights import IMPERSONAL, SCOPES
from shared.security.principal import Role
from tests.builders.audit import entries, put_away, records, unaudited
from tests.builders.relations import agent_changed, hear
from tests.integration.validation.conftest import Validation
from tests.integration.validation.sitting import in_commission, prepared

pytestmark = pytest.mark.integration


def whose(*lines: dict[str, Any]) -> tuple[set[UUID], set[UUID]]:
    """The dossiers and the CERs of studies, as the worklist shows them."""
    return {UUID(line["dossier_id"]) for line in lines}, {UUID(line["cer_id"]) for line in lines}


async def left(validation: Validation, before: int) -> Any:
    """The one line that was left since."""
    (line,) = await records(validation.database, before)
    return line


async def test_every_endpoint_leaves_a_line_with_the_ids_that_it_names(validation: Validation) -> None:
    headers = validation.issuer.headers(Role.SERVICE_INSERTION)

    assert await unaudited(validation.app, validation.client, headers, {"kind": "ep"}, {*IMPERSONAL}) == []
    assert SCOPES.keys() >= IMPERSONAL


async def test_who_reads_a_study_or_is_refused_it_stands_there_with_whose_it_is(validation: Validation) -> None:
    study = await validation.open_study()
    before = len(await entries(validation.database))

    await validation.get(f"/studies/{study['id']}", subject="agent-rieutord")
    await validation.get(f"/studies/{study['id']}", Role.REFERENT)
    await validation.get(f"/studies/{uuid4()}")

    read, refused, unknown = await records(validation.database, before)
    assert (read.actor, read.role, read.operation) == ("agent-rieutord", "service_insertion", "read-study")
    assert (read.outcome, read.relation) == ("ok", "other")
    assert ({*read.dossiers}, {*read.cers}) == whose(study)
    assert (refused.role, refused.outcome, refused.dossiers) == ("referent", "forbidden", ())
    assert (unknown.outcome, unknown.dossiers) == ("not-found", ())


async def test_a_page_of_the_worklist_is_one_line_with_those_that_it_shows_and_no_other(
    validation: Validation,
) -> None:
    for _ in range(3):
        await validation.open_study(cer_id=uuid4(), dossier_id=uuid4())
    before = len(await entries(validation.database))

    page = (await validation.get("/studies?limit=2")).json()["studies"]

    line = await left(validation, before)
    assert len(page) == 2
    assert ({*line.dossiers}, {*line.cers}) == whose(*page)


async def test_what_is_done_to_many_is_one_line_with_all_of_them(validation: Validation) -> None:
    studies = [await validation.open_study(cer_id=uuid4(), dossier_id=uuid4()) for _ in range(2)]
    items = [{"study_id": one["id"], "version": one["version"], "to": "chef_de_service"} for one in studies]
    before = len(await entries(validation.database))

    done = await validation.post("/studies/routing", {"mode": "all", "items": items}, Role.SERVICE_INSERTION)

    line = await left(validation, before)
    assert done.status_code == 200, done.text
    assert line.operation == "route-studies"
    assert ({*line.dossiers}, {*line.cers}) == whose(*studies)


async def test_a_session_names_those_whose_cers_are_in_it_to_who_sits_and_to_who_does_not(
    validation: Validation,
) -> None:
    sitting = await prepared(validation)
    study = await in_commission(validation)
    await sitting.add(study)
    await sitting.convene()
    shown = (await sitting.read())["items"]
    before = len(await entries(validation.database))

    assert (await sitting.get(Role.COMMISSION, "member-1")).status_code == 200
    assert (await sitting.get(Role.COMMISSION, "member-elsewhere")).status_code == 404

    read, refused = await records(validation.database, before)
    assert [one.outcome for one in (read, refused)] == ["ok", "not-found"]
    assert ({*read.dossiers}, {*read.cers}) == ({*refused.dossiers}, {*refused.cers}) == whose(*shown)


async def test_who_convenes_opens_the_files_of_all_who_are_on_the_agenda(validation: Validation) -> None:
    sitting = await prepared(validation)
    await sitting.add(await in_commission(validation))
    shown = (await sitting.read())["items"]
    before = len(await entries(validation.database))

    await sitting.convene()

    line = await left(validation, before)
    assert (line.operation, line.outcome) == ("convene-session", "ok")
    assert ({*line.dossiers}, {*line.cers}) == whose(*shown)


async def test_the_history_of_a_session_names_those_of_whom_it_tells(validation: Validation) -> None:
    sitting = await prepared(validation)
    await sitting.add(await in_commission(validation))
    shown = (await sitting.read())["items"]
    before = len(await entries(validation.database))

    await validation.get(f"/sessions/{sitting.id}/history")

    line = await left(validation, before)
    assert (line.operation, line.outcome) == ("read-session-history", "ok")
    assert ({*line.dossiers}, {*line.cers}) == whose(*shown)


@pytest.mark.parametrize("act", ["decide-nothing", "move", "open"])
async def test_what_is_done_and_its_line_are_one_transaction(validation: Validation, act: str) -> None:
    study = await validation.open_study()
    sitting = await prepared(validation)
    await put_away(validation.database, "audit_pending")

    if act == "move":
        answer = await sitting.try_("PUT", "", {"at": "2026-06-09T08:30:00Z", "place": "Privas"})
    elif act == "open":
        answer = await validation.get(f"/studies/{study['id']}")
    else:
        path, seen = f"/studies/{study['id']}/chef-de-service", f'"{study["version"]}"'
        answer = await validation.post(path, {}, Role.SERVICE_INSERTION, If_Match=seen)

    assert answer.status_code >= 500
    async with validation.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM study_opening")) == 0
        assert await session.scalar(text("SELECT version FROM study")) == study["version"]
        assert await session.scalar(text("SELECT version FROM commission_session")) == sitting.version


async def test_nothing_is_answered_while_the_audit_cannot_be_written(validation: Validation) -> None:
    await validation.open_study()
    await put_away(validation.database, "audit_entry")

    answer = await validation.get("/studies")

    assert (answer.status_code, answer.json()["type"]) == (503, "urn:cer:problem:audit-away")


async def test_an_account_that_was_closed_leaves_its_line_whatever_it_asks(validation: Validation) -> None:
    await hear("validation", validation.database, agent_changed("agent-gone", ("aubenas",), active=False))
    headers = validation.issuer.headers(Role.SERVICE_INSERTION, "agent-gone")

    assert await unaudited(validation.app, validation.client, headers, {"kind": "ep"}, {*IMPERSONAL}) == []
    assert {one.outcome for one in await records(validation.database)} == {"agent-deactivated"}
