"""The evidence of a made-up signature."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from services.signature.domain.addendum import addendum
from services.signature.domain.evidence import Contents, History, PageShown, evidence, told_step
from services.signature.domain.values import Origin, Step
from shared.sms.outcome import SmsStatus
from tests.builders.events import REFERENT_ID, file_ref, identity, referent_card
from tests.builders.signature import NOW, asked, code_sent, pdf

SEALED = file_ref("signature/sealed.pdf")
DESK = Origin("192.0.2.7", "Navigateur d'essai")


def told() -> dict[str, Any]:
    """Of a CER that a référent had signed, with the second code typed."""
    request = code_sent(tries=2, asked=asked(phone_since=date(2026, 3, 2)))
    request.record_sms(request.codes[0].id, SmsStatus.SENT, "receipt-7", NOW)
    request.origin = DESK
    request.sign(REFERENT_ID, "referent", NOW + timedelta(minutes=2))
    pages = [PageShown(page, REFERENT_ID, NOW, NOW + timedelta(seconds=page), 1, 1000, DESK) for page in (1, 2, 3)]
    return evidence(request, (identity(), referent_card()), History(pages, request.steps), SEALED, NOW)


def evidence_of(sealed: bytes, **changes: Any) -> dict[str, Any]:
    """An evidence of this sealed PDF."""
    content: dict[str, Any] = json.loads(json.dumps(told())) | changes
    content["sealed"] = {"sha256": hashlib.sha256(sealed).hexdigest(), "size": len(sealed)}
    content["shown"] |= {"sha256": hashlib.sha256(pdf()).hexdigest(), "size": len(pdf())}
    return content


def addendum_of(written: bytes) -> dict[str, Any]:
    """An addendum to this signed JSON: the SMS arrived, as its provider said later."""
    said: dict[str, str | int] = {"sequence": 1, "provider": "ovh", "said": "ptt 4", "state": "delivered", "id": "7"}
    late = told_step(Step(NOW + timedelta(minutes=9), "sms_receipt", None, said))
    completed = Contents(hashlib.sha256(written).hexdigest(), len(written))
    return addendum(json.loads(written)["evidence"], completed, [late], NOW + timedelta(minutes=10))
