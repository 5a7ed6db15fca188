"""The whole way of a signature: read, code, right code, seal, evidence; and what refuses to go on."""

import asyncio
import json
import logging
import re
from datetime import UTC, datetime

import httpx
import pytest

from services.signature.adapters.department_seal import load_trust
from services.signature.adapters.dossier_reading import signed_json
from services.signature.adapters.verifying import Verdict, verify
from shared.events.signature import SignatureCompleted, SignatureRefused
from shared.objects.store import Objects
from shared.security.principal import Role
from shared.sms.outcome import SmsOutcome, SmsStatus
from tests.builders import events
from tests.builders.signature import ATTEMPT_ID, own_seal, pdf
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration


def refused(answer: httpx.Response, code: str, status: int) -> bool:
    """Whether this is that problem document, with a French sentence."""
    body = answer.json()
    return (answer.status_code, body["type"]) == (status, f"urn:cer:problem:{code}") and len(body["detail"]) > 20


async def verdict(sealed: bytes) -> Verdict:
    """What the command says of a file."""
    return (await asyncio.to_thread(verify, sealed, load_trust(own_seal()), datetime.now(UTC))).verdict


async def test_a_cer_is_read_signed_and_sealed(signature: Signature) -> None:
    await signature.open()
    assert (await signature.view())["read_to_the_end"] is False
    await signature.read_all()
    await signature.send_code()
    view = await signature.view()
    assert (view["state"], view["codes"][0]["status"], view["phone_masked"]) == (
        "code_sent",
        "sent",
        "06 •• •• •• 01",
    )

    answer = await signature.post("signature", {"code": signature.phone.code})
    assert answer.json()["state"] == "signed"
    assert await signature.worker.work_once()

    view = await signature.view()
    assert view["state"] == "completed"
    document = await signature.get(f"/signatures/{ATTEMPT_ID}/document")
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(pdf())
    assert await verdict(document.content) is Verdict.INTACT
    assert await signature.told_names() == ["SignatureOpened", "SignatureCompleted"]


async def test_the_completion_points_at_the_files_and_the_evidence_tells_each_step(signature: Signature) -> None:
    await signature.open_and_send()
    (wrong,) = signature.phone.other_codes(1)
    await signature.post("signature", {"code": wrong})
    await signature.post("signature", {"code": signature.phone.code})
    await signature.worker.work_once()

    completed = (await signature.told())[-1]
    assert isinstance(completed, SignatureCompleted)
    assert completed.entered_by == "referent"
    assert completed.edition_id == events.EDITION_ID
    objects: Objects = signature.app.state.objects
    sealed = await objects.get(completed.document)
    told = json.loads(signed_json(await objects.get(completed.evidence)))["evidence"]
    assert await verdict(sealed) is Verdict.INTACT
    assert told["sealed"]["sha256"] == completed.document.sha256
    assert [step["what"] for step in told["steps"]] == ["open", "read", "send_code", "try_code", "try_code", "sign"]
    assert {step["agent"] for step in told["steps"][1:]} == {events.REFERENT_ID}
    assert [page["page"] for page in told["pages_shown"]] == [1, 2, 3]
    assert told["codes"][0]["provider_receipt"] == "receipt-1"


async def test_the_pages_are_images_of_the_pdf_that_no_cache_keeps(signature: Signature) -> None:
    await signature.open()
    answer = await signature.get(f"/signatures/{ATTEMPT_ID}/pages/2")

    assert answer.content.startswith(b"\x89PNG")
    assert "no-store" in answer.headers["cache-control"]
    assert (await signature.view())["pages_shown"] == [2]
    for beyond in (0, 4):
        assert refused(await signature.get(f"/signatures/{ATTEMPT_ID}/pages/{beyond}"), "not-found", 404)


async def test_signer_is_refused_before_the_last_page_was_served(signature: Signature) -> None:
    await signature.open()
    for page in (1, 2):
        await signature.get(f"/signatures/{ATTEMPT_ID}/pages/{page}")

    assert refused(await signature.post("codes"), "not-read-to-the-end", 409)
    assert signature.phone.received == []


async def test_pages_read_by_somebody_else_do_not_wake_signer_up(signature: Signature) -> None:
    await signature.open()
    for page in (1, 2, 3):
        await signature.get(f"/signatures/{ATTEMPT_ID}/pages/{page}", Role.CHEF_DE_SERVICE, "the-head")

    assert refused(await signature.post("codes"), "not-read-to-the-end", 409)


async def test_the_sms_goes_to_the_persons_number_and_says_what_it_signs(signature: Signature) -> None:
    await signature.open_and_send()
    ((number, said),) = signature.phone.received

    assert number == events.identity().telephone
    assert "contrat d'engagements" in said
    assert (await signature.view())["document_sha256"][:8].upper() in said


async def test_a_wrong_code_tells_the_tries_that_are_left_and_the_right_one_still_signs(signature: Signature) -> None:
    await signature.open_and_send()
    (wrong,) = signature.phone.other_codes(1)

    answer = await signature.post("signature", {"code": wrong})
    assert refused(answer, "wrong-code", 422)
    assert "4 essais" in answer.json()["detail"]
    assert (await signature.view())["tries_left"] == 4
    assert (await signature.post("signature", {"code": signature.phone.code})).json()["state"] == "signed"


async def test_a_code_serves_once(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.post("signature", {"code": signature.phone.code})

    assert refused(await signature.post("signature", {"code": signature.phone.code}), "impossible-move", 409)


async def test_a_code_can_be_typed_as_phones_show_it(signature: Signature) -> None:
    await signature.open_and_send()
    code = signature.phone.code

    assert (await signature.post("signature", {"code": f" {code[:3]} {code[3:]} "})).json()["state"] == "signed"


@pytest.mark.parametrize("typed", ["12345", "1234567", "12a456", "", "１２３４５６"])
async def test_what_is_no_code_is_refused_without_counting_and_without_being_repeated(
    signature: Signature, typed: str
) -> None:
    await signature.open_and_send()
    answer = await signature.post("signature", {"code": typed})

    assert refused(answer, "malformed", 422)
    assert not typed or typed not in answer.text
    assert (await signature.view())["tries_left"] == 5


async def test_the_person_can_refuse_and_the_reason_travels_sealed(signature: Signature) -> None:
    await signature.open()
    answer = await signature.post("refusal", {"reason": "Je souhaite relire chez moi."})

    assert answer.json()["state"] == "refused"
    assert "case à cocher" in answer.json()["what_next"]
    told = (await signature.told())[-1]
    assert isinstance(told, SignatureRefused)
    assert told.reason.token is not None
    assert "relire" not in await signature.dump()


async def test_nobody_but_the_referent_acts(signature: Signature) -> None:
    await signature.open_and_send()

    for what, body in (("codes", None), ("signature", {"code": signature.phone.code}), ("refusal", {})):
        colleague = await signature.post(what, body, subject="a-colleague", territory=events.TERRITORY)
        assert refused(colleague, "forbidden", 403)
        assert refused(await signature.post(what, body, subject="a-stranger", territory="nord"), "not-found", 404)
    assert (await signature.view())["state"] == "code_sent"


async def test_who_reads_and_who_does_not_even_know(signature: Signature) -> None:
    await signature.open()
    path = f"/signatures/{ATTEMPT_ID}"

    assert (await signature.get(path, Role.SERVICE_INSERTION, "an-instructor")).status_code == 200
    assert (await signature.get(path, Role.REFERENT, "a-colleague", territory=events.TERRITORY)).status_code == 200
    assert refused(await signature.get(path, Role.REFERENT, "a-stranger", territory="nord"), "not-found", 404)
    assert refused(await signature.get(path, Role.SECRETARIAT, "a-secretary"), "forbidden", 403)
    listing = f"/signatures?cer_id={events.CER_ID}"
    assert len((await signature.get(listing)).json()["signatures"]) == 1
    assert (await signature.get(listing, Role.REFERENT, "a-stranger", territory="nord")).json()["signatures"] == []


async def test_the_sealed_document_is_not_there_before_the_seal(signature: Signature) -> None:
    await signature.open_and_send()

    assert refused(await signature.get(f"/signatures/{ATTEMPT_ID}/document"), "not-sealed-yet", 409)


async def test_no_code_is_found_anywhere_after_success_and_error(
    signature: Signature, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await signature.open_and_send()
    (wrong,) = signature.phone.other_codes(1)
    answers = [await signature.post("signature", {"code": wrong}), await signature.post("signature", {"code": "1"})]
    signature.phone.outcome = SmsOutcome(SmsStatus.UNKNOWN)
    await signature.send_code()
    answers.append(await signature.post("signature", {"code": signature.phone.code}))
    await signature.worker.work_once()

    codes = [wrong, *(said.split()[1] for _, said in signature.phone.received)]
    assert len(codes) == 3
    captured = capsys.readouterr()
    places = [await signature.dump(), caplog.text, captured.out, captured.err, *(answer.text for answer in answers)]
    # A code on its own: six digits in a row also stand in fingerprints and in microseconds.
    alone = [re.compile(rf"(?<![\w.-]){code}(?![\w-])") for code in codes]
    assert [code.pattern for code in alone for place in places if code.search(place)] == []
    assert all(alone[0].search(shown) for shown in (f'"{wrong}"', f"code={wrong},", f"Code {wrong} pour"))
