"""The whole way at Yousign: handed over, signed there, brought back, and each other end."""

import asyncio
import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest

from services.signature.adapters.department_seal import load_trust
from services.signature.adapters.evidence_file import read_evidence
from services.signature.domain.values import request_id
from shared.events.blocks import Reason
from shared.events.contracts import CerReopened, CerSigningCancelled
from shared.events.signature import SignatureCompleted, SignatureRefused
from shared.kernel.clock import SystemClock
from shared.objects.store import Objects
from tests.builders import events
from tests.builders.signature import ATTEMPT_ID, NOW, PHONE, own_seal, pdf
from tests.fixtures.yousign.account import rewritten
from tests.integration.signature.yousign_drive import MAIL, AtYousign

pytestmark = pytest.mark.integration


async def evidence(at: AtYousign) -> dict[str, Any]:
    """What the evidence of the completion tells, its signature being right."""
    completed = (await at.service.told())[-1]
    assert isinstance(completed, SignatureCompleted)
    objects: Objects = at.service.app.state.objects
    written = await objects.get(completed.evidence)
    found = await asyncio.to_thread(read_evidence, written, load_trust(own_seal()), SystemClock().now())
    assert found.trusted
    return found.content


async def test_a_cer_is_handed_over_signed_and_brought_back(at: AtYousign) -> None:
    await at.open()
    view = await at.service.view()
    assert (view["provider"], view["state_label"]) == ("yousign", "à lire et à signer chez Yousign")
    assert view["phone_masked"] == "06 •• •• •• 01"
    assert at.remote.status == "ongoing"

    await at.yousign.account.sign(at.remote, NOW + timedelta(minutes=3))
    assert await at.deliver(*at.yousign.account.webhooks) == [200] * 4
    await at.work()

    view = await at.service.view()
    assert (view["state"], view["signed_at"]) == ("completed", "2026-03-12T09:33:00Z")
    assert view["entered_by_label"] == "saisi par la personne chez Yousign"
    document = await at.service.get(f"/signatures/{ATTEMPT_ID}/document")
    assert document.content == at.remote.documents[0].signed
    assert view["sealed_sha256"] == hashlib.sha256(document.content).hexdigest()
    assert await at.service.told_names() == ["SignatureOpened", "SignatureCompleted"]
    assert await at.row() == [("done", None)]


async def test_yousign_is_told_what_signing_takes_and_nothing_else(at: AtYousign) -> None:
    await at.open()

    assert at.remote.given == {
        "name": "CER 1",
        "external_id": str(ATTEMPT_ID),
        "delivery_mode": "none",
        "timezone": "Europe/Paris",
        "expiration_date": "2026-03-13",
        "signers_allowed_to_decline": True,
        "audit_trail_locale": "fr",
    }
    (document,), (signer,) = at.remote.documents, at.remote.signers
    assert (document.content, document.filename) == (pdf(), "CER-1.pdf")
    assert signer.given["info"] == {
        "first_name": "Jeanne",
        "last_name": "Essai",
        "email": "jeanne.fictive@example.org",
        "phone_number": PHONE,
        "locale": "fr",
    }
    (place,) = signer.given["fields"]
    assert (place["document_id"], place["page"], place["type"]) == (document.id, 3, "signature")


async def read_link(at: AtYousign) -> None:
    """The référent asks where the person signs: nothing keeps the answer."""
    link = await at.service.get(f"/signatures/{ATTEMPT_ID}/link", territory=events.TERRITORY)
    assert (link.status_code, link.json()["url"]) == (200, at.remote.link)
    assert link.headers["cache-control"] == "private, no-store"


async def test_the_evidence_holds_what_was_sent_what_came_back_and_the_audit_trail(at: AtYousign) -> None:
    await at.open()
    await read_link(at)
    await at.yousign.account.sign(at.remote, NOW + timedelta(minutes=3))
    await at.later()

    told = await evidence(at)
    sent, signed = hashlib.sha256(pdf()).hexdigest(), at.remote.documents[0].signed
    assert signed is not None
    assert (told["format"], told["shown"]["sha256"]) == ("cer-yousign-evidence/1", sent)
    assert told["provider"] == {
        "name": "yousign",
        "signature_request_id": at.remote.id,
        "document_id": at.remote.documents[0].id,
        "document_sha256": sent,
        "signer_id": at.remote.signers[0].id,
        "signature_level": "electronic_signature",
        "authentication": "otp_sms",
        "activated_at": "2026-03-12T09:30:00+00:00",
    }
    assert told["sealed"] == {
        "sha256": hashlib.sha256(signed).hexdigest(),
        "size": len(signed),
        "signed_by": ["YOUSIGN - essai"],
        "begins_with_shown": True,
    }
    trail = base64.b64decode(told["audit_trail"]["pdf"])
    assert at.remote.signers[0].id.encode() in trail
    assert told["audit_trail"]["sha256"] == hashlib.sha256(trail).hexdigest()
    steps = [(step["what"], step["agent"]) for step in told["steps"]]
    assert steps == [
        ("entrust", None),
        ("open", None),
        ("read_link", events.REFERENT_ID),
        ("sign_elsewhere", "urn:cer:person"),
    ]


async def test_agents_are_shown_the_audit_trail_and_given_all_of_the_evidence(at: AtYousign) -> None:
    await at.open()
    await at.yousign.account.sign(at.remote)
    await at.later()
    path, told = f"/signatures/{ATTEMPT_ID}/evidence", await evidence(at)

    assert (await at.service.get(path)).content == base64.b64decode(told["audit_trail"]["pdf"])
    assert (await at.service.get(f"{path}.json")).json()["evidence"] == told
    assert (await at.service.get(f"{path}/addendum")).json()["later"] == []


async def test_a_file_that_yousign_wrote_anew_is_taken_and_said_to_be(at: AtYousign) -> None:
    at.yousign.account.mangle_before = rewritten
    await at.open()
    await at.yousign.account.sign(at.remote)
    await at.later()

    assert await at.state() == "completed"
    assert (await evidence(at))["sealed"]["begins_with_shown"] is False


async def test_a_refusal_there_travels_with_its_reason_and_is_kept_nowhere(at: AtYousign) -> None:
    await at.open()
    at.yousign.account.decline(at.remote, "Motif canari chrysoprase")
    assert await at.deliver(*at.yousign.account.webhooks) == [200] * 4
    await at.work()

    assert await at.ended() == ("refused", "refused")
    refused = (await at.service.told())[-1]
    assert isinstance(refused, SignatureRefused)
    assert at.service.keys.open(Reason, refused.reason).text == "Motif canari chrysoprase"
    assert "chrysoprase" not in await at.service.dump()


async def test_a_refusal_here_cancels_there(at: AtYousign) -> None:
    await at.open()
    answer = await at.service.post("refusal", {"reason": "n'est plus d'accord"})
    assert answer.json()["state"] == "refused"
    await at.work()

    assert at.remote.status == "canceled"
    assert await at.row() == [("done", None)]


async def test_its_day_over_a_request_is_cancelled_there_then_expires_here(at: AtYousign) -> None:
    await at.open()
    at.service.clock.instant = NOW + timedelta(hours=24)
    assert await at.service.expire() == 0
    assert await at.state() == "opened"
    await at.later()

    assert at.remote.status == "canceled"
    assert await at.ended() == ("expired", "expired")
    assert await at.service.told_names() == ["SignatureOpened", "SignatureExpired"]


async def test_what_is_signed_in_the_moment_of_its_expiry_is_signed(at: AtYousign) -> None:
    await at.open()
    at.service.clock.instant = NOW + timedelta(hours=24)
    await at.yousign.account.sign(at.remote, NOW + timedelta(hours=23, minutes=59))
    await at.later()

    assert await at.state() == "completed"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("expired", ("expired", "expired")),
        ("canceled", ("failed", "yousign-cancelled")),
        ("deleted", ("failed", "yousign-cancelled")),
        ("rejected", ("failed", "yousign-cancelled")),
    ],
)
async def test_what_somebody_ends_there_ends_here_and_says_so(
    at: AtYousign, status: str, expected: tuple[str, str]
) -> None:
    await at.open()
    at.yousign.account.end(at.remote, status)
    assert await at.deliver(at.yousign.account.webhooks[-1]) == [200]
    await at.work()

    assert await at.ended() == expected
    assert "elancez" in (await at.service.view())["what_next"]


async def test_a_signing_that_breaks_down_there_fails_here(at: AtYousign) -> None:
    await at.open()
    at.yousign.account.break_down(at.remote)
    await at.deliver(*at.yousign.account.webhooks)
    await at.work()

    assert await at.ended() == ("failed", "yousign-failed")
    assert await at.service.told_names() == ["SignatureOpened", "SignatureFailed"]


async def test_a_cancellation_by_contracts_voids_here_at_once_and_cancels_there(at: AtYousign) -> None:
    await at.open()
    await at.hear(events.sample(CerSigningCancelled, **at.service.sealed_blocks()))
    assert await at.ended() == ("voided", "cancelled")
    await at.work()

    assert at.remote.status == "canceled"
    assert await at.service.told_names() == ["SignatureOpened", "SignatureVoided"]


async def test_a_signature_that_crosses_a_cancellation_counts_no_more_and_is_on_record(at: AtYousign) -> None:
    await at.open()
    await at.yousign.account.sign(at.remote)
    await at.hear(events.sample(CerSigningCancelled, **at.service.sealed_blocks()))
    await at.work()

    assert await at.ended() == ("voided", "cancelled")
    async with at.service.means.database.begin() as uow:
        steps = await at.service.means.requests_of(uow).history(ATTEMPT_ID)
    assert [step.verb for step in steps] == ["entrust", "open", "void", "signed_too_late"]


async def test_a_cancellation_before_it_was_handed_over_leaves_nothing_there(at: AtYousign) -> None:
    await at.halves()
    await at.hear(events.sample(CerSigningCancelled, **at.service.sealed_blocks()))
    await at.work()

    assert at.yousign.account.requests == {}
    assert await at.service.told_names() == ["SignatureVoided"]


async def test_a_completed_signature_is_voided_by_a_reopening_and_asks_nothing_more(at: AtYousign) -> None:
    await at.open()
    await at.yousign.account.sign(at.remote)
    await at.later()
    asked = len(at.yousign.calls)
    reason = {"reason": at.service.sealed(events.reason())}
    await at.hear(events.sample(CerReopened, **at.service.sealed_blocks(), **reason))
    await at.work()

    assert await at.ended() == ("voided", "reopened")
    assert len(at.yousign.calls) == asked


async def test_a_newer_attempt_closes_the_older_one_there(at: AtYousign) -> None:
    await at.open()
    await at.halves(attempt=2)
    await at.work()

    assert [one.given["external_id"] for one in at.yousign.account.by_status("canceled")] == [str(ATTEMPT_ID)]
    second = str(request_id(events.CER_ID, 2))
    assert [one.given["external_id"] for one in at.yousign.account.by_status("ongoing")] == [second]


async def test_past_its_deadline_a_request_that_was_never_handed_over_expires(at: AtYousign) -> None:
    at.yousign.fail("GET", "/signature_requests", 503, times=100)
    await at.halves()
    await at.work()
    assert await at.row() == [("ready", "yousign-away")]
    at.service.clock.instant = NOW + timedelta(hours=36)
    await at.later()

    assert await at.ended() == ("expired", "expired")


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"telephone": None}, "phone-missing"),
        ({"telephone": "+33475980001"}, "phone-not-french"),
        ({"prenom": "Йоанна"}, "name-not-taken"),
    ],
)
async def test_who_cannot_sign_there_is_told_at_once(at: AtYousign, about: dict[str, Any], code: str) -> None:
    await at.halves(identity=at.service.sealed(events.identity(**about)))
    await at.work()

    assert await at.ended() == ("failed", code)
    assert at.yousign.calls == []


async def test_who_has_no_mail_signs_under_the_departements(at: AtYousign) -> None:
    await at.open(identity=at.service.sealed(events.identity(mail=None, prenom="N’Goran.", nom_naissance="Nguyễn")))

    (signer,) = at.remote.signers
    assert (signer.given["info"]["email"], signer.given["info"]["first_name"]) == (MAIL, "N'Goran")
    assert signer.given["info"]["last_name"] == "Nguyen"


async def test_pages_and_codes_say_where_the_person_signs(at: AtYousign) -> None:
    await at.open()
    answers = [
        await at.service.get(f"/signatures/{ATTEMPT_ID}/pages/1"),
        await at.service.post("codes"),
        await at.service.post("signature", {"code": "482913"}),
    ]

    for answer in answers:
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:cer:problem:signed-at-yousign")
        assert "chez Yousign" in answer.json()["detail"]
    assert at.service.phone.received == []


async def test_the_link_exists_as_long_as_it_can_be_signed(at: AtYousign) -> None:
    path = f"/signatures/{ATTEMPT_ID}/link"
    await at.halves()
    early = await at.service.get(path)
    assert (early.status_code, early.json()["type"]) == (409, "urn:cer:problem:yousign-link-not-ready")
    await at.work()
    at.yousign.fail("GET", "/signers/[^/]*", 500)
    away = await at.service.get(path)
    assert (away.status_code, away.json()["type"]) == (503, "urn:cer:problem:yousign-away")
    assert (await at.service.get(path)).status_code == 200
    assert at.remote.link not in await at.service.dump()

    at.yousign.account.decline(at.remote, "")
    await at.later()
    assert (await at.service.get(path)).status_code == 409
