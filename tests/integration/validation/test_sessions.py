"""A commission's session from its preparation to the outcomes that follow its opinions."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.events.blocks import DecisionText
from shared.events.sessions import FileClosedToCommission
from shared.events.validation import CerDecided, OpinionGiven
from shared.kernel.clock import FixedClock
from shared.security.principal import Role
from tests.builders.session_events import SITS_AT
from tests.integration.validation.conftest import Validation
from tests.integration.validation.sitting import (
    GUEST,
    MEMBER,
    PRESIDENT,
    act_on_study,
    in_commission,
    later,
    opened,
    prepared,
    study_version,
)
from tests.integration.validation.test_decisions import assert_refused

pytestmark = pytest.mark.integration


async def test_the_agenda_is_filled_by_priority_then_age_with_the_cers_of_its_commission(
    validation: Validation,
) -> None:
    first, second = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    younger = await in_commission(validation, submitted_at=second)
    older = await in_commission(validation, submitted_at=first)
    urgent = await in_commission(validation, submitted_at=second, priority="urgente")
    elsewhere = await in_commission(validation, territory="privas")
    await in_commission(validation, kind="gei")
    waits = await validation.open_study(cer_id=uuid4(), dossier_id=uuid4())
    sitting = await prepared(validation, territory="aubenas")

    await sitting.send("POST", "/agenda", {"limit": 30})

    assert await sitting.agenda() == [urgent, older, younger]
    assert waits["id"] not in await sitting.agenda()
    await sitting.send("PUT", "/agenda", {"studies": [younger, urgent, older]})
    assert await sitting.agenda() == [younger, urgent, older]
    assert_refused(await sitting.try_("PUT", "/agenda", {"studies": [younger, urgent]}), 422, "agenda-mismatch")
    assert_refused(await sitting.try_("POST", "/agenda", {"limit": 30}), 409, "nothing-to-examine")
    await sitting.send("DELETE", f"/items/{urgent}")
    await sitting.add(elsewhere, urgent)
    assert await sitting.agenda() == [younger, older, elsewhere, urgent]


async def test_only_a_cer_that_waits_for_this_commission_comes_before_it_and_before_one_session(
    validation: Validation,
) -> None:
    sitting, other = await prepared(validation), await prepared(validation)
    study, gei = await in_commission(validation), await in_commission(validation, kind="gei")
    waits = (await validation.open_study(cer_id=uuid4(), dossier_id=uuid4()))["id"]

    assert_refused(await sitting.try_("POST", "/items", {"studies": [gei]}), 409, "cer-not-for-session")
    assert_refused(await sitting.try_("POST", "/items", {"studies": [study, waits]}), 409, "impossible-move")
    assert_refused(await sitting.try_("POST", "/items", {"studies": [str(uuid4())]}), 404, "not-found")
    assert await sitting.agenda() == []
    await sitting.add(study)
    for one in (sitting, other):
        assert_refused(await one.try_("POST", "/items", {"studies": [study]}), 409, "already-on-agenda")
    with pytest.raises(IntegrityError, match="one_live_session"):
        async with validation.database.begin() as uow:
            await uow.session.execute(
                text(
                    "INSERT INTO session_item (session_id, study_id, position, live, file_version) "
                    "SELECT :other, study_id, 1, true, 0 FROM session_item"
                ),
                {"other": other.id},
            )


async def test_nobody_is_convened_without_president_or_cer_and_a_session_opens_on_its_day(
    validation: Validation,
) -> None:
    sitting = await prepared(validation, members=[MEMBER], at=later(2))
    refused = await sitting.try_("POST", "/convening")
    assert_refused(refused, 409, "session-incomplete")
    assert "la présidence et un CER" in refused.json()["detail"]

    await sitting.send("PUT", "/members", {"members": [PRESIDENT, MEMBER]})
    assert_refused(await sitting.try_("PUT", "/members", {"members": [PRESIDENT, PRESIDENT]}), 422, "member-twice")
    await sitting.add(await in_commission(validation))
    assert_refused(await sitting.try_("POST", "/opening", {"present": []}), 409, "impossible-move")
    await sitting.convene()
    assert_refused(await sitting.try_("POST", "/opening", {"present": []}), 409, "session-not-yet")
    validation.app.state.clock = FixedClock(datetime.fromisoformat(later(2)))
    assert_refused(await sitting.try_("POST", "/opening", {"present": [str(uuid4())]}), 422, "unknown-member")
    await sitting.open()
    seen = await sitting.read()
    assert (seen["state"], [one["present"] for one in seen["members"]]) == ("open", [True, True])


async def test_each_cer_has_its_opinion_before_the_session_is_closed_then_its_outcome(validation: Validation) -> None:
    sitting, (first, second) = await opened(validation, 2)
    await sitting.say(first, "favorable", votes={"favorable": 2, "defavorable": 1})
    refused = await sitting.try_("POST", "/closing")
    assert_refused(refused, 409, "opinions-missing")
    assert "à l'ordre du jour : 2" in refused.json()["detail"]
    assert_refused(
        await act_on_study(validation, first, "opinion", {"opinion": "defavorable"}), 409, "opinion-belongs-to-session"
    )
    assert_refused(await act_on_study(validation, first, "outcome", {"outcome": "valide"}), 409, "session-not-closed")
    await sitting.say(second, "favorable")
    await sitting.say(second, "defavorable", comment="Étapes sans date.", motives=["Parcours à préciser"])
    await sitting.send("POST", "/closing")
    assert_refused(
        await sitting.try_("POST", f"/items/{first}/opinion", {"opinion": "favorable"}), 409, "impossible-move"
    )

    outcomes: list[dict[str, Any]] = [
        {"study_id": first, "version": await study_version(validation, first), "outcome": "non_valide", "comment": "x"},
        {
            "study_id": second,
            "version": await study_version(validation, second),
            "outcome": "non_valide",
            "comment": "Avis suivi.",
        },
        {"study_id": str(uuid4()), "version": 1, "outcome": "valide"},
    ]
    results = (await sitting.send("POST", "/outcomes", {"outcomes": outcomes})).json()["results"]
    assert [one["code"] for one in results] == ["outcome-against-opinion", None, "not-on-agenda"]
    outcomes[0] |= {"outcome": "valide"}
    again = (await sitting.send("POST", "/outcomes", {"outcomes": outcomes[:2]})).json()["results"]
    assert [(one["outcome"], one["code"]) for one in again] == [("valide", None), (None, "already-decided")]
    told = await validation.told()
    assert [event.opinion for event in told if isinstance(event, OpinionGiven)] == [
        "favorable", "favorable", "defavorable",
    ]  # fmt: skip
    assert [(e.path, e.outcome) for e in told if isinstance(e, CerDecided)] == [
        ("commission", "non_valide"), ("commission", "valide"),
    ]  # fmt: skip


async def test_the_motives_of_an_outcome_are_those_of_the_list_and_put_into_words(validation: Validation) -> None:
    sitting, (study,) = await opened(validation)
    await sitting.send("POST", f"/items/{study}/opinion", {"opinion": "defavorable"})
    await sitting.send("POST", "/closing")
    outcome: dict[str, Any] = {"study_id": study, "version": await study_version(validation, study)}
    outcome |= {"outcome": "non_valide", "comment": "Avis suivi.", "motive_codes": ["autre"], "motives": ["Et."]}

    (refused,) = (await sitting.send("POST", "/outcomes", {"outcomes": [outcome]})).json()["results"]
    outcome["motive_codes"] = ["etapes_sans_date"]
    (made,) = (await sitting.send("POST", "/outcomes", {"outcomes": [outcome]})).json()["results"]

    assert (refused["outcome"], refused["code"], made["outcome"]) == (None, "unknown-motive", "non_valide")
    (decided,) = [event for event in await validation.told() if isinstance(event, CerDecided)]
    words = validation.keys.open(DecisionText, decided.decision)
    assert words.motives == ("Les étapes ne portent pas de date", "Et.")


async def test_a_kind_asks_for_a_quorum_without_which_nothing_is_said(validation: Validation) -> None:
    async def ask(members: int, seen: int) -> int:
        answer = await validation.client.put(
            "/commission-quorums/ep",
            json={"members": members},
            headers=validation.issuer.headers(Role.ADMIN) | {"If-Match": f'"{seen}"'},
        )
        return answer.status_code

    assert [await ask(1, 0), await ask(2, 0), await ask(2, 1)] == [200, 412, 200]
    listed = await validation.get("/commission-quorums", Role.CHEF_DE_SERVICE)
    assert listed.json()["quorums"] == [{"kind": "ep", "members": 2, "version": 2}]
    sitting, study = await prepared(validation), await in_commission(validation)
    await sitting.add(study)
    await sitting.convene()
    await sitting.open(present=1)
    opinion = f"/items/{study}/opinion"
    assert_refused(await sitting.try_("POST", opinion, {"opinion": "favorable"}), 409, "quorum-not-met")
    await sitting.send("PUT", "/presence", {"present": sitting.members[:2]})
    too_many = {"opinion": "favorable", "votes": {"favorable": 2, "defavorable": 1}}
    assert_refused(await sitting.try_("POST", opinion, too_many), 422, "votes-exceed-presence")
    await sitting.say(study, votes={"favorable": 2, "defavorable": 0})
    assert_refused(await sitting.try_("PUT", "/presence", {"present": []}), 409, "quorum-not-met")
    await sitting.send("POST", "/closing")


async def test_a_cer_is_put_off_to_another_session_with_its_reason(validation: Validation) -> None:
    sitting, (study, other) = await opened(validation, 2)
    gei, next_one = await prepared(validation, kind="gei"), await prepared(validation, at=later())
    path = f"/items/{study}/postponement"
    for to in (sitting.id, gei.id):
        refused = await sitting.try_("POST", path, {"to": to, "reason": "À entendre."})
        assert_refused(refused, 422, "postponement-impossible")
    assert_refused(await sitting.try_("POST", path, {"to": next_one.id, "reason": " "}), 422, "reason-required")

    await sitting.say(study)
    await sitting.send("POST", path, {"to": next_one.id, "reason": "La personne demande à être entendue."})

    assert await next_one.agenda() == [study]
    (put_off,) = [one for one in (await sitting.read())["items"] if one["study_id"] == study]
    assert (put_off["opinion"], put_off["ending"], put_off["postponed_to"]) == ("ajourne", "postponed", next_one.id)
    assert (await validation.get(f"/studies/{study}")).json()["opinion"] is None
    await sitting.say(other)
    await sitting.send("POST", "/closing")
    assert_refused(await act_on_study(validation, study, "outcome", {"outcome": "valide"}), 409, "opinion-missing")


async def test_a_cer_that_leaves_the_commission_leaves_the_agenda_unless_the_commission_spoke(
    validation: Validation,
) -> None:
    sitting, (rerouted, said) = await opened(validation, 2)
    reason = {"reason": "À arbitrer."}
    assert (await act_on_study(validation, rerouted, "chef-de-service", reason)).status_code == 200
    assert await sitting.agenda() == [said]
    sitting.version = (await sitting.read())["version"]

    await sitting.say(said, "defavorable")
    for act in ("chef-de-service", "taking-back", "return"):
        assert_refused(await act_on_study(validation, said, act, reason), 409, "opinion-already-given")
    assert_refused(await sitting.try_("DELETE", f"/items/{said}"), 409, "opinion-already-given")
    assert_refused(await sitting.try_("POST", "/cancellation", reason), 409, "opinion-already-given")
    await sitting.send("POST", "/closing")
    # A divergence: back to the agenda of another session, where the opinion is asked anew.
    again = await prepared(validation)
    await again.add(said)
    assert (await validation.get(f"/studies/{said}")).json()["opinion"] is None
    assert (await act_on_study(validation, said, "chef-de-service", reason)).status_code == 200


async def test_many_that_are_routed_at_once_leave_their_agendas_unless_the_commission_spoke(
    validation: Validation,
) -> None:
    (first, (said, leaves)), (second, (also,)) = await opened(validation, 2), await opened(validation)
    await first.say(said)
    studies = [said, leaves, also]
    items = [
        {
            "study_id": one,
            "version": await study_version(validation, one),
            "to": "chef_de_service",
            "reason": "À arbitrer.",
        }
        for one in studies
    ]

    answer = await validation.post("/studies/routing", {"mode": "each", "items": items}, Role.SERVICE_INSERTION)

    assert answer.status_code == 200, answer.text
    assert "opinion-already-given" in answer.text
    states = [(await validation.get(f"/studies/{one}")).json()["state"] for one in studies]
    assert states == ["en_commission", "attente_decision", "attente_decision"]
    assert (await first.agenda(), await second.agenda()) == ([said], [])
    told = [one for one in await validation.told() if isinstance(one, FileClosedToCommission)]
    assert {(str(one.session_id), one.reason) for one in told} == {
        (first.id, "withdrawn"), (second.id, "withdrawn"),
    }  # fmt: skip


async def test_a_session_that_is_cancelled_frees_its_cers(validation: Validation) -> None:
    sitting, other = await prepared(validation), await prepared(validation)
    study = await in_commission(validation)
    await sitting.add(study)
    await sitting.convene()
    assert_refused(await sitting.try_("POST", "/cancellation", {"reason": ""}), 422, "reason-required")
    await sitting.send("POST", "/cancellation", {"reason": "La présidente est empêchée."})
    await other.add(study)
    assert_refused(await sitting.try_("POST", "/convening"), 409, "impossible-move")
    assert_refused(await sitting.try_("POST", "/papers"), 409, "impossible-move")


async def test_acts_ask_for_the_version_that_was_seen_and_are_done_once(validation: Validation) -> None:
    sitting = await prepared(validation)
    stale = sitting.version
    study = await in_commission(validation)
    await sitting.add(study)
    for method, path, body in (
        ("POST", "/items", {"studies": [study]}),
        ("PUT", "/members", {"members": [GUEST]}),
        ("DELETE", f"/items/{study}", None),
    ):
        assert_refused(await sitting.try_(method, path, body, If_Match=f'"{stale}"'), 412, "race-lost")
        assert_refused(await sitting.try_(method, path, body, If_Match=""), 428, "version-required")
    first = await sitting.try_("POST", "/convening", Idempotency_Key="once")
    second = await sitting.try_("POST", "/convening", Idempotency_Key="once")
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert "Tanargue" not in first.text


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"kind": "inconnue"}, 422, "unknown-commission-kind"),
        ({"at": "2026-04-14T12:30:00"}, 422, "malformed"),
        ({"members": [PRESIDENT, PRESIDENT | {"agent_id": "member-3"}]}, 422, "member-twice"),
        ({"members": [{"agent_id": "member-3"}]}, 422, "malformed"),
    ],
)
async def test_a_session_that_cannot_be_is_refused_by_name(
    validation: Validation, change: dict[str, Any], status: int, code: str
) -> None:
    body = {"kind": "ep", "at": SITS_AT.isoformat(), "place": "Aubenas"} | change
    assert_refused(await validation.post("/sessions", body, Role.SERVICE_INSERTION), status, code)
