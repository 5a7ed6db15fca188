"""Exactly the files of a session are open to its members, from its convening to its closing: what validation tells."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from shared.events.blocks import AgentCard, DecisionText, Identity
from shared.events.contracts import DossierErased
from shared.events.sessions import (
    FileClosedToCommission,
    FileOpenedToCommission,
    SessionCancelled,
    SessionChanged,
    SessionClosed,
    SessionConvened,
    SessionEvent,
)
from shared.kernel.clock import FixedClock
from shared.security.principal import Role
from tests.builders.canaries import cells_with
from tests.builders.events import sample
from tests.builders.session_events import SITS_AT
from tests.integration.validation.conftest import Validation
from tests.integration.validation.sitting import (
    GUEST,
    MEMBER,
    PRESIDENT,
    Sitting,
    act_on_study,
    in_commission,
    later,
    opened,
    prepared,
)
from tests.integration.validation.test_decisions import assert_refused

pytestmark = pytest.mark.integration

FileEvent = FileOpenedToCommission | FileClosedToCommission


async def told_of(validation: Validation, sitting: Sitting) -> list[Any]:
    """What was told of this session and of its files, in order."""
    known = (SessionEvent, FileOpenedToCommission, FileClosedToCommission)
    return [one for one in await validation.told() if isinstance(one, known) and str(one.session_id) == sitting.id]


async def open_files(validation: Validation, sitting: Sitting) -> dict[str, tuple[str, ...]]:
    """Who reads which CER, as a reader knows it who keeps the highest version of each file."""
    last: dict[str, FileEvent] = {}
    for one in await told_of(validation, sitting):
        if isinstance(one, FileOpenedToCommission | FileClosedToCommission):
            before = last.get(str(one.cer_id))
            assert before is None or before.aggregate_version < one.aggregate_version
            last[str(one.cer_id)] = one
    return {cer: one.members for cer, one in last.items() if isinstance(one, FileOpenedToCommission)}


async def cer_of(validation: Validation, study: str) -> str:
    return str((await validation.get(f"/studies/{study}")).json()["cer_id"])


async def test_nothing_is_told_before_the_session_is_convened_then_each_file_of_the_agenda(
    validation: Validation,
) -> None:
    sitting, study = await prepared(validation), await in_commission(validation)
    await sitting.add(study)
    assert await told_of(validation, sitting) == []

    await sitting.convene()

    file, session = await told_of(validation, sitting)
    assert (type(file), type(session)) == (FileOpenedToCommission, SessionConvened)
    assert (file.members, file.until) == (("member-1", "member-2"), SITS_AT + timedelta(days=30))
    assert validation.keys.open(Identity, file.identity).prenom == "Jeanne"
    assert session.label == "Équipe pluridisciplinaire (EP)"
    assert [(one.agent_id, one.chair) for one in session.members] == [
        ("member-1", True), ("member-2", False), (None, False),
    ]  # fmt: skip
    guest = validation.keys.open(AgentCard, session.members[2].card)
    assert (guest.full_name, guest.quality) == ("Maé Bourges", "Personne concernée")
    assert [(one.cer_id, one.file_version) for one in session.cases] == [(file.cer_id, file.aggregate_version)]


async def test_files_follow_the_agenda_and_the_members(validation: Validation) -> None:
    sitting, (first, second) = await opened(validation, 2)
    cers = [await cer_of(validation, one) for one in (first, second)]
    both = ("member-1", "member-2")
    assert await open_files(validation, sitting) == dict.fromkeys(cers, both)

    await sitting.send("DELETE", f"/items/{first}")
    assert await open_files(validation, sitting) == {cers[1]: both}
    third = await in_commission(validation)
    await sitting.add(first, third)
    cers.append(await cer_of(validation, third))
    assert await open_files(validation, sitting) == dict.fromkeys(cers, both)
    seen = (await sitting.read())["members"]
    kept = PRESIDENT | {"id": seen[0]["id"]}
    await sitting.send("PUT", "/members", {"members": [kept, GUEST]})
    assert await open_files(validation, sitting) == dict.fromkeys(cers, ("member-1",))
    assert [one["present"] for one in (await sitting.read())["members"]] == [True, False]
    # A CER that leaves the commission takes its file with it.
    await act_on_study(validation, third, "return", {"reason": "Il manque une pièce."})
    sitting.version += 1
    assert await open_files(validation, sitting) == dict.fromkeys(cers[:2], ("member-1",))

    for study in (first, second):
        await sitting.say(study, comment="La personne a été entendue.")
    await sitting.send("POST", "/closing")

    assert await open_files(validation, sitting) == {}
    *files, session = (await told_of(validation, sitting))[-3:]
    assert isinstance(session, SessionClosed)
    assert [one.cer_id for one in session.cases] == [one.cer_id for one in files]
    assert {(one.reason, one.opinion) for one in files} == {("closed", "favorable")}
    assert validation.keys.open(DecisionText, files[0].words).comment == "La personne a été entendue."


async def test_a_date_that_is_moved_moves_the_day_until_which_files_are_read(validation: Validation) -> None:
    sitting = await prepared(validation)
    await sitting.add(await in_commission(validation))
    await sitting.convene()

    await sitting.send("PUT", "", {"at": later(), "place": "Privas"})

    file, session = (await told_of(validation, sitting))[-2:]
    assert (type(session), session.place) == (SessionChanged, "Privas")
    assert file.until == SITS_AT + timedelta(days=44)


async def test_a_session_that_is_cancelled_closes_its_files_and_one_that_was_never_convened_tells_nothing(
    validation: Validation,
) -> None:
    never, sitting = await prepared(validation), await prepared(validation)
    await sitting.add(await in_commission(validation))
    await sitting.convene()
    for one in (never, sitting):
        await one.send("POST", "/cancellation", {"reason": "Salle fermée."})
    assert await told_of(validation, never) == []
    file, session = (await told_of(validation, sitting))[-2:]
    assert (file.reason, type(session)) == ("cancelled", SessionCancelled)


async def test_what_is_put_off_is_closed_here_and_opened_to_the_members_of_the_other_session(
    validation: Validation,
) -> None:
    sitting, (study,) = await opened(validation)
    other = await prepared(validation, at=later(), members=[PRESIDENT | {"agent_id": "member-9"}])
    await other.add(await in_commission(validation))
    await other.convene()

    await sitting.send("POST", f"/items/{study}/postponement", {"to": other.id, "reason": "À entendre."})

    cer = await cer_of(validation, study)
    assert await open_files(validation, sitting) == {}
    assert (await open_files(validation, other))[cer] == ("member-9",)
    (closed,) = [one for one in await told_of(validation, sitting) if isinstance(one, FileClosedToCommission)]
    assert (closed.reason, closed.opinion) == ("postponed", "ajourne")
    assert closed.words is not None
    assert validation.keys.open(DecisionText, closed.words).comment == "À entendre."


async def test_a_member_reads_the_sessions_that_they_sit_in_while_they_are_open(validation: Validation) -> None:
    sitting = await prepared(validation)
    first, second = await in_commission(validation), await in_commission(validation)
    await sitting.add(first, second)

    async def reads(subject: str = "member-1") -> bool:
        headers = validation.issuer.headers(Role.COMMISSION, subject)
        listed = (await validation.client.get("/sessions", headers=headers)).json()["sessions"]
        answer = await sitting.get(Role.COMMISSION, subject)
        assert [one["id"] for one in listed] == ([sitting.id] if answer.status_code == 200 else [])
        if answer.status_code != 200:
            assert_refused(answer, 404, "not-found")
        return answer.status_code == 200

    assert not await reads()
    await sitting.convene()
    assert await reads()
    assert not await reads("member-9")
    await sitting.send("DELETE", f"/items/{second}")
    seen = await sitting.read(Role.COMMISSION, "member-1")
    assert [one["study_id"] for one in seen["items"]] == [first]
    assert seen["items"][0]["person"]["prenom"] == "Jeanne"
    validation.app.state.clock = FixedClock(SITS_AT + timedelta(days=31))
    assert not await reads()
    validation.app.state.clock = FixedClock(SITS_AT)
    await sitting.send("PUT", "/members", {"members": [PRESIDENT]})
    assert not await reads(MEMBER["agent_id"])
    await sitting.open()
    assert await reads()
    await sitting.say(first)
    await sitting.send("POST", "/closing")
    assert not await reads()


async def test_an_erased_person_leaves_the_agenda_and_the_papers_are_told_without_them(validation: Validation) -> None:
    sitting, (gone, stays) = await opened(validation, 2)
    seen = (await validation.get(f"/studies/{gone}")).json()
    await sitting.say(gone, comment="Propos sur la personne.")
    await sitting.say(stays)
    await sitting.send("POST", "/closing")
    ids = (seen["dossier_id"], seen["cer_id"], gone)
    assert "session_item.study_id" in await cells_with(validation.database, *ids)

    erased = sample(DossierErased, dossier_id=seen["dossier_id"], cer_ids=(seen["cer_id"],))
    assert await validation.hear(erased) == "done"

    left = await cells_with(validation.database, *ids)
    # The audit holds ids alone, and access logs outlive the person (CNIL, délibération 2021-122).
    assert {one.split(".")[0] for one in left} <= {"erased", "outbox", "audit_entry"}
    async with validation.database.read() as session:
        # Of the sessions' own events ids alone are left: what tells of a person is keyed by their CER.
        named = await session.execute(
            text("SELECT type FROM outbox WHERE encode(payload, 'escape') LIKE :id"), {"id": f"%{seen['dossier_id']}%"}
        )
        assert {row.type.split(".")[-2] for row in named} == {"StudiesErased"}
    await sitting.send("POST", "/papers")
    told = (await told_of(validation, sitting))[-1]
    assert isinstance(told, SessionClosed)
    assert len(told.cases) == 1
