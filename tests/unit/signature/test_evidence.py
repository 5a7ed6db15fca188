"""The evidence: what it tells, what it never tells, and that it is signed."""

import base64
import json

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis.strategies import text
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey

from services.signature.adapters.department_seal import DepartmentSeal
from services.signature.domain.block import signature_block
from services.signature.domain.canonical import canonical
from services.signature.domain.evidence import History, evidence, since, told_step
from services.signature.domain.values import Origin, Step
from shared.sms.outcome import SmsStatus
from tests.builders.events import REFERENT_ID, identity, referent_card
from tests.builders.evidence import SEALED, told
from tests.builders.signature import DOCUMENT, NOW, PHONE, code, code_sent, own_seal


def test_tells_what_opposes_a_contestation() -> None:
    found = json.loads(json.dumps(told()))

    assert found["shown"]["sha256"] == DOCUMENT.sha256
    assert found["sealed"]["sha256"] == SEALED.sha256
    assert found["phone"]["masked"] == "06 •• •• •• 01"
    assert found["codes"][0]["provider_receipt"] == "receipt-7"
    assert found["consent"]["code_entered_by"] == "referent"
    assert found["consent"]["tries"] == 2
    assert found["consent"]["signed_at"] == "2026-03-12T09:32:00+00:00"
    assert [page["page"] for page in found["pages_shown"]] == [1, 2, 3]
    assert [step["what"] for step in found["steps"]] == ["send_code", "sign"]
    assert (found["steps"][1]["address"], found["steps"][1]["device"]) == ("192.0.2.7", "Navigateur d'essai")
    assert found["phone"]["known_since"] == "2026-03-02"
    assert found["codes"][0]["expires_at"] == "2026-03-12T09:40:00+00:00"
    assert found["drawn_up_at"] == "2026-03-12T09:30:00+00:00"
    assert all(step["at"].endswith("+00:00") for step in found["steps"])


def test_a_page_was_shown_until_the_next_one_and_the_last_until_the_next_act() -> None:
    found = told()["pages_shown"]

    assert [page["shown_for_ms"] for page in found] == [1000, 1000, 1000 + 117_000]
    assert {page["address"] for page in found} == {"192.0.2.7"}


def test_the_sms_told_is_the_one_whose_code_was_typed() -> None:
    request = code_sent()
    request.record_sms(request.codes[0].id, SmsStatus.SENT, "receipt-1", NOW)
    for number, status in ((2, SmsStatus.SENT), (3, SmsStatus.FAILED)):
        request.add_code(code(number), f"SMS {number}, code ······")
        request.record_sms(request.codes[-1].id, status, f"receipt-{number}", NOW)
    request.steps.append(request.step(NOW, "try_code", REFERENT_ID, sequence=2))
    request.sign(REFERENT_ID, "referent", NOW)
    found = evidence(request, (identity(), referent_card()), History([], request.steps), SEALED, NOW)

    assert found["consent"]["sms_text"] == "SMS 2, code ······"
    assert [one["tries"] for one in found["codes"]] == [0, 1, 0]


def test_what_came_after_the_evidence_is_told_apart() -> None:
    request = code_sent()
    steps = list(request.steps)
    request.sign(REFERENT_ID, "referent", NOW)
    found = evidence(request, (identity(), referent_card()), History([], request.steps), SEALED, NOW)
    late = Step(NOW, "sms_receipt", None, {"sequence": 1, "state": "delivered"})

    assert since(found, request.steps) == []
    assert since(found, [*steps, late, *request.steps[len(steps) :], late]) == [told_step(late), told_step(late)]


@pytest.mark.parametrize(
    ("address", "kept"),
    [("192.0.2.7", "192.0.2.7"), ("2001:DB8::1", "2001:db8::1"), ("unknown", None), ("1.2.3.4, x", None), (None, None)],
)
def test_where_somebody_acts_from_is_an_address_or_nothing(address: str | None, kept: str | None) -> None:
    assert Origin.seen(address, None) == Origin(kept, None)


@given(device=text())
def test_what_a_device_says_of_itself_is_cut_and_printable(device: str) -> None:
    kept = Origin.seen(None, device).device

    assert kept is None or (0 < len(kept) <= 200 and kept.isprintable())
    assert canonical({"device": kept})


def test_never_tells_the_number_the_code_or_its_hash() -> None:
    request = code_sent()
    shown = json.dumps(told(), ensure_ascii=False)

    assert PHONE not in shown
    assert request.codes[0].keyed_hash not in shown
    assert "Code ······ pour signer" in shown


def test_is_signed_with_the_seals_key() -> None:
    written = json.loads(DepartmentSeal.load(own_seal()).evidence(told())[0])

    assert checked(written) == written["evidence"]
    written["evidence"]["consent"]["tries"] = 0
    with pytest.raises(BadSignatureError):
        checked(written)


def checked(written: dict[str, object]) -> object:
    """What anybody can do with RFC 7515: puts the evidence back in its place, and verifies with the certificate."""
    protected, _, signature = str(written["jws"]).split(".")
    canonical = json.dumps(written["evidence"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    payload = base64.urlsafe_b64encode(canonical).rstrip(b"=").decode()
    header = json.loads(base64.urlsafe_b64decode(protected + "=="))
    certificate = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    key = ECKey.import_key(certificate.public_key())  # type: ignore[arg-type]
    registry = jws.JWSRegistry(algorithms=["ES256"])
    registry.max_header_length = 10_000  # the header holds the certificate
    found = jws.deserialize_compact(f"{protected}.{payload}.{signature}", key, registry=registry)
    return json.loads(found.payload)


def test_the_block_tells_who_when_by_which_number_and_what_was_read_and_no_number_in_clear() -> None:
    request = code_sent()
    request.sign(REFERENT_ID, "referent", NOW)
    lines = signature_block(request, identity())
    said = " ".join(lines)

    assert identity().nom_naissance in said
    assert "12/03/2026 à 10 h 30" in said
    assert "06 •• •• •• 01, code saisi par le référent" in said
    assert str(request.id) in said
    assert DOCUMENT.sha256 in "".join(lines)
    assert PHONE[3:] not in said.replace(" ", "")


def test_canonical_json_is_that_of_rfc_8785() -> None:
    # The example of section 3.2.3: names in the order of their UTF-16 code units.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]

    assert list(json.loads(canonical(dict.fromkeys(names, True)))) == ordered
    assert canonical({"b": [None, True, 2**53 - 1], "a": "\u20ac$\x0f\nA'B\"\\/"}) == (
        b'{"a":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\/","b":[null,true,9007199254740991]}'
    )
    for other in (1.5, 2**53, {1: 2}, "\ud800", NOW):
        with pytest.raises(ValueError, match=r"alike|string|surrogates"):
            canonical(other)
