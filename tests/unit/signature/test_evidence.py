"""The evidence: what it tells, what it never tells, and that it is signed."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography import x509
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey

from services.signature.adapters.department_seal import DepartmentSeal
from services.signature.domain.block import signature_block
from services.signature.domain.canonical import canonical
from services.signature.domain.evidence import History, PageShown, evidence
from shared.sms.outcome import SmsStatus
from tests.builders.events import REFERENT_ID, file_ref, identity, referent_card
from tests.builders.signature import DOCUMENT, NOW, PHONE, code_sent, own_seal

SEALED = file_ref("signature/sealed.pdf")


def told() -> dict[str, object]:
    request = code_sent(tries=2)
    request.record_sms(request.codes[0].id, SmsStatus.SENT, "receipt-7", NOW)
    request.sign(REFERENT_ID, "referent", NOW + timedelta(minutes=2))
    pages = [PageShown(page, REFERENT_ID, NOW, NOW, 1) for page in (1, 2, 3)]
    return evidence(request, (identity(), referent_card()), History(pages, request.steps), SEALED)


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
    assert all(step["at"].endswith("+00:00") for step in found["steps"])


def test_never_tells_the_number_the_code_or_its_hash() -> None:
    request = code_sent()
    text = json.dumps(told(), ensure_ascii=False)

    assert PHONE not in text
    assert request.codes[0].keyed_hash not in text
    assert "Code ······ pour signer" in text


def test_is_signed_with_the_seals_key() -> None:
    written = json.loads(DepartmentSeal.load(own_seal()).sign_evidence(told()))

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
    text = " ".join(lines)

    assert identity().nom_naissance in text
    assert "12/03/2026 à 10 h 30" in text
    assert "06 •• •• •• 01, code saisi par le référent" in text
    assert str(request.id) in text
    assert DOCUMENT.sha256 in "".join(lines)
    assert PHONE[3:] not in text.replace(" ", "")


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
