"""The signature's sub-state, driven by events: opened, signed, ended otherwise, late, twice, impossible."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.signing import give_up_overdue
from shared.events.blocks import CerContent, Identity
from shared.events.contracts import CerReadyToSign, CerReopened, CerSigningCancelled
from shared.events.documents import EditionFailed
from shared.events.envelope import Event
from shared.events.signature import (
    SignatureCompleted,
    SignatureEvent,
    SignatureExpired,
    SignatureFailed,
    SignatureOpened,
    SignatureRefused,
    SignatureVoided,
)
from shared.kernel.clock import legal_date
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders.events import sample
from tests.integration.contracts.conftest import COMPLETE, Contracts

pytestmark = pytest.mark.integration


def of(cer: dict[str, Any], event: type[Event], attempt: int = 1, **changes: Any) -> Any:
    return sample(event, cer_id=UUID(cer["id"]), dossier_id=UUID(cer["dossier_id"]), attempt=attempt, **changes)


def opened(contracts: Contracts, cer: dict[str, Any], attempt: int = 1) -> SignatureOpened:
    event: SignatureOpened = of(cer, SignatureOpened, attempt, expires_at=contracts.clock.now() + timedelta(hours=24))
    return event


async def preparing(contracts: Contracts, **changes: Any) -> dict[str, Any]:
    cer = await contracts.cer(**changes)
    answer = await contracts.send("POST", f"/cers/{cer['id']}/signature")
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def open_one(contracts: Contracts, **changes: Any) -> dict[str, Any]:
    cer = await preparing(contracts, **changes)
    assert await contracts.hear(opened(contracts, cer)) == "done"
    return await contracts.read(cer)


async def signed(contracts: Contracts, **changes: Any) -> dict[str, Any]:
    cer = await open_one(contracts, **changes)
    assert await contracts.hear(of(cer, SignatureCompleted)) == "done"
    return await contracts.read(cer)


def state(cer: dict[str, Any]) -> tuple[str, int, str | None]:
    return cer["signing"]["state"], cer["signing"]["attempt"], cer["signing"]["ending"]


async def parked(contracts: Contracts) -> list[tuple[str, str]]:
    async with contracts.database.read() as session:
        rows = await session.execute(text("SELECT type, code FROM parked_event ORDER BY id"))
        return [(row.type.split(".")[-2], row.code) for row in rows]


async def test_the_request_carries_the_phone_its_flags_and_the_frozen_content(contracts: Contracts) -> None:
    cer = await preparing(contracts, priority=None)

    (told,) = await contracts.told(CerReadyToSign)

    assert state(cer) == ("preparing", 1, None)
    assert (told.attempt, told.revision, told.phone_entered_today, told.phone_shared) == (1, 1, True, False)
    assert told.phone_since == legal_date(contracts.clock.now())
    assert told.deadline == contracts.clock.now() + timedelta(minutes=30)
    content = contracts.keys.open(CerContent, told.content)
    assert (content.accord, content.objectives[0].theme_label) == ("nc", "Emploi")


async def test_a_number_of_two_dossiers_or_of_an_agent_is_flagged(contracts: Contracts) -> None:
    contracts.clock.instant -= timedelta(days=2)
    other = await contracts.accompanied("99")
    assert other["contact"]["can_receive_sms"]
    cer = await contracts.cer(date_signature="2026-03-10")
    contracts.clock.instant += timedelta(days=2)
    async with contracts.database.begin() as uow:
        await uow.session.execute(text("UPDATE agent SET telephone = '+33639980001'"))

    await contracts.send("POST", f"/cers/{cer['id']}/signature")

    (told,) = await contracts.told(CerReadyToSign)
    assert (told.phone_entered_today, told.phone_shared, told.phone_is_agents) == (False, True, True)
    assert told.phone_since == legal_date(contracts.clock.now() - timedelta(days=2))


async def test_signed_the_accord_is_oui_by_sms_with_its_evidence(contracts: Contracts) -> None:
    cer = await signed(contracts)

    assert state(cer) == ("signed", 1, None)
    assert (cer["accord"], cer["accord_origin"], cer["revision"]) == ("oui", "sms", 1)
    assert cer["proof"]["evidence"]["sha256"]
    submitted = await contracts.send("POST", f"/cers/{cer['id']}/submission")
    assert (submitted.status_code, submitted.json()["state"]) == (200, "soumis_a_etude")


async def test_while_it_is_open_phone_text_check_box_and_submission_are_refused(contracts: Contracts) -> None:
    cer = await open_one(contracts)
    path, version = f"/cers/{cer['id']}", cer["version"]
    contact = f"/dossiers/{cer['dossier_id']}/contact"

    refusals = [
        await contracts.send("PUT", path, {**COMPLETE, "situation": "Autre."}, version=version),
        await contracts.send("PUT", path, {**COMPLETE, "accord": "oui"}, version=version),
        await contracts.send("POST", f"{path}/submission"),
        await contracts.send("DELETE", path, version=version),
        await contracts.send("PUT", contact, {"mail": None, "telephone": "06 39 98 00 02"}, version=3),
    ]

    assert [answer.status_code for answer in refusals] == [409] * 5
    assert {answer.json()["type"] for answer in refusals} == {"urn:cer:problem:signature-under-way"}


async def test_signed_only_what_the_edition_does_not_show_can_change(contracts: Contracts) -> None:
    cer = await signed(contracts, priority=None)
    path, body = f"/cers/{cer['id']}", {**COMPLETE, "accord": "oui", "priority": "urgente", "note": "À voir."}

    frozen = await contracts.send("PUT", path, {**body, "expression": "Autre."}, version=cer["version"])
    allowed = await contracts.send("PUT", path, body, version=cer["version"])

    assert frozen.json()["type"] == "urn:cer:problem:cer-frozen"
    assert (allowed.status_code, allowed.json()["accord_origin"]) == (200, "sms")


@pytest.mark.parametrize(
    ("kind", "changes", "ending"),
    [
        (SignatureRefused, {}, "refused"),
        (SignatureExpired, {}, "expired"),
        (SignatureFailed, {"code": "too-many-tries"}, "too-many-tries"),
        (SignatureVoided, {"code": "superseded"}, "superseded"),
    ],
)
async def test_every_other_exit_unfreezes_and_one_can_start_again(
    contracts: Contracts, kind: type[SignatureEvent], changes: dict[str, Any], ending: str
) -> None:
    cer = await open_one(contracts)

    assert await contracts.hear(of(cer, kind, **changes)) == "done"

    now = await contracts.read(cer)
    assert (state(now), now["accord"]) == (("none", 1, ending), "nc")
    again = await contracts.send("POST", f"/cers/{cer['id']}/signature")
    assert state(again.json()) == ("preparing", 2, None)


async def test_an_edition_that_cannot_be_made_unfreezes(contracts: Contracts) -> None:
    cer = await preparing(contracts)

    assert await contracts.hear(of(cer, EditionFailed, code="render-failed")) == "done"

    assert state(await contracts.read(cer)) == ("none", 1, "render-failed")
    assert await contracts.hear(of(cer, SignatureFailed, code="edition-failed")) == "stale"


async def test_the_failed_edition_of_a_decision_is_no_matter_of_contracts(contracts: Contracts) -> None:
    cer = await preparing(contracts)
    event = of(cer, EditionFailed, kind="cer_decision_valide").model_copy(update={"attempt": None})

    assert await contracts.hear(event) == "done"
    assert state(await contracts.read(cer)) == ("preparing", 1, None)


async def test_the_same_event_delivered_twice_acts_once(contracts: Contracts) -> None:
    cer = await preparing(contracts)
    event_id = new_id()

    first = await contracts.hear(opened(contracts, cer), event_id)
    version = (await contracts.read(cer))["version"]
    second = await contracts.hear(opened(contracts, cer), event_id)

    assert (first, second) == ("done", "seen")
    assert (await contracts.read(cer))["version"] == version


@pytest.mark.parametrize(
    "kind", [SignatureOpened, SignatureCompleted, SignatureRefused, SignatureExpired, SignatureFailed]
)
async def test_what_comes_for_a_cancelled_or_superseded_attempt_goes_to_history_only(
    contracts: Contracts, kind: type[SignatureEvent]
) -> None:
    cer = await open_one(contracts)
    cancelled = await contracts.send("DELETE", f"/cers/{cer['id']}/signature", version=cer["version"])
    assert state(cancelled.json()) == ("none", 1, "cancelled")

    assert await contracts.hear(of(cer, kind)) == "stale"
    await contracts.send("POST", f"/cers/{cer['id']}/signature")
    assert await contracts.hear(of(cer, kind)) == "stale"

    now = await contracts.read(cer)
    assert (state(now), now["accord"]) == (("preparing", 2, None), "nc")
    history = (await contracts.get(f"/cers/{cer['id']}/history")).json()["history"]
    stale = [line for line in history if line["verb"] == "stale"]
    assert [line["details"] for line in stale] == [{"event": kind.name(), "attempt": 1}] * 2
    assert await parked(contracts) == []


async def test_a_completion_that_crosses_a_reopening_leaves_nc_and_the_answer_is_noted(contracts: Contracts) -> None:
    cer = await signed(contracts)
    reopened = await contracts.send("POST", f"/cers/{cer['id']}/reopening", {"reason": "La date était fausse."})

    assert (reopened.status_code, reopened.json()["accord"]) == (200, "nc")
    (told,) = await contracts.told(CerReopened)
    assert told.attempt == 1
    assert await contracts.hear(of(cer, SignatureCompleted)) == "stale"
    assert await contracts.hear(of(cer, SignatureVoided, code="reopened")) == "done"
    assert (await contracts.read(cer))["accord"] == "nc"
    history = (await contracts.get(f"/cers/{cer['id']}/history")).json()["history"]
    assert history[-1]["verb"] == "signature_voided"
    assert [line["reason"] for line in history if line["verb"] == "reopen"] == ["La date était fausse."]


async def test_reopening_asks_for_a_reason_and_a_signature(contracts: Contracts) -> None:
    cer = await contracts.cer()
    path = f"/cers/{cer['id']}/reopening"

    assert (await contracts.send("POST", path, {"reason": " \x00 "})).status_code == 422
    assert (await contracts.send("POST", path, {"reason": "Motif."})).json()[
        "type"
    ] == "urn:cer:problem:impossible-move"
    by_service = await contracts.send("POST", path, {"reason": "Motif."}, Role.SERVICE_INSERTION)
    assert by_service.status_code == 403


async def test_what_cannot_be_is_parked_and_holds_back_what_follows(contracts: Contracts) -> None:
    cer = await preparing(contracts)

    assert await contracts.hear(of(cer, SignatureCompleted)) == "parked"
    assert await contracts.hear(of(cer, SignatureOpened)) == "parked"
    assert await parked(contracts) == [("SignatureCompleted", "impossible-move"), ("SignatureOpened", "held-back")]
    assert state(await contracts.read(cer)) == ("preparing", 1, None)


async def test_an_attempt_never_begun_or_a_cer_never_seen_is_parked(contracts: Contracts) -> None:
    cer = await preparing(contracts)
    unknown = {"id": str(uuid4()), "dossier_id": cer["dossier_id"]}

    assert await contracts.hear(opened(contracts, cer, attempt=2)) == "parked"
    assert await contracts.hear(opened(contracts, unknown)) == "parked"
    assert await parked(contracts) == [("SignatureOpened", "impossible-move"), ("SignatureOpened", "not-found")]


async def test_an_attempt_past_its_deadline_is_given_up_and_told_once(contracts: Contracts) -> None:
    cer = await preparing(contracts)

    assert await give_up_overdue(contracts.database, stores_of, contracts.clock) == 0
    contracts.clock.instant += timedelta(minutes=31)
    assert await give_up_overdue(contracts.database, stores_of, contracts.clock) == 1
    assert await give_up_overdue(contracts.database, stores_of, contracts.clock) == 0

    assert state(await contracts.read(cer)) == ("none", 1, "deadline")
    (told,) = await contracts.told(CerSigningCancelled)
    assert told.attempt == 1
    assert await contracts.hear(opened(contracts, cer)) == "stale"


async def test_an_open_signature_has_until_its_end_and_some_grace(contracts: Contracts) -> None:
    await open_one(contracts)

    contracts.clock.instant += timedelta(hours=24, minutes=59)
    assert await give_up_overdue(contracts.database, stores_of, contracts.clock) == 0
    contracts.clock.instant += timedelta(minutes=2)
    assert await give_up_overdue(contracts.database, stores_of, contracts.clock) == 1


async def test_a_number_that_changes_as_the_signature_begins_is_the_one_signed_with_or_is_refused(
    contracts: Contracts,
) -> None:
    for number in range(4):
        dossier = await contracts.accompanied(str(number))
        cer = await contracts.cer(dossier)
        contact = {"mail": None, "telephone": "06 39 98 00 09"}

        asked, changed = await asyncio.gather(
            contracts.send("POST", f"/cers/{cer['id']}/signature"),
            contracts.send("PUT", f"/dossiers/{dossier['id']}/contact", contact, version=3),
        )

        told = (await contracts.told(CerReadyToSign))[-1]
        signed_with = contracts.keys.open(Identity, told.identity).telephone
        kept = (await contracts.get(f"/dossiers/{dossier['id']}")).json()["contact"]["telephone"]
        assert (asked.status_code, changed.status_code in {200, 409}) == (202, True)
        assert signed_with == kept
