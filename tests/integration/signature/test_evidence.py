"""What the evidence keeps of how a CER was signed: from where, on which device, what was shown for how long."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from services.signature.adapters.department_seal import load_trust
from services.signature.adapters.dossier_reading import signed_json
from services.signature.adapters.tables import signature_request
from services.signature.adapters.verifying import Verdict, verify
from services.signature.application.commands import receipts
from services.signature.domain.link import PERSON
from shared.events.contracts import CerReopened
from shared.events.signature import SignatureCompleted
from shared.kernel.clock import FixedClock
from shared.sms.outcome import Delivery, Receipt
from tests.builders import events
from tests.builders.signature import ATTEMPT_ID, NOW, own_seal
from tests.integration.signature.conftest import Signature, assembled
from tests.integration.signature.test_phone import HOST, phone_of

pytestmark = pytest.mark.integration

NOW_AND_30 = "2026-03-12T09:30:30Z"
# Behind a proxy that appends the address it sees; what stands before was told by the client itself.
AT_A_DESK = {"X-Forwarded-For": "203.0.113.99, 192.0.2.7", "User-Agent": "Navigateur du poste"}
ON_A_PHONE = {"X-Forwarded-For": "198.51.100.4", "User-Agent": "Navigateur du mobile" + "x" * 500}


@pytest.fixture
async def signature(service_database_url: str, tmp_path: Path) -> AsyncIterator[Signature]:
    """The service behind a proxy of this machine."""
    given: dict[str, Any] = {"public_url": HOST, "trusted_proxies": "127.0.0.1,10.0.0.0/8"}
    async with assembled(tmp_path, service_database_url, FixedClock(NOW), **given) as service:
        service.client.headers.update(AT_A_DESK)
        yield service


async def evidence_of(signature: Signature) -> dict[str, Any]:
    """What was sealed beside the CER."""
    completed = (await signature.told())[-1]
    assert isinstance(completed, SignatureCompleted)
    stored = await signature.app.state.objects.get(completed.evidence)
    found: dict[str, Any] = json.loads(signed_json(stored))["evidence"]
    return found


async def read_for(signature: Signature, *seconds: int) -> None:
    """Each page is served, then looked at for as long."""
    for page, long in enumerate(seconds, 1):
        answer = await signature.get(f"/signatures/{ATTEMPT_ID}/pages/{page}")
        assert answer.status_code == 200
        signature.clock.instant += timedelta(seconds=long)


async def test_it_tells_from_where_the_referent_acts_and_how_long_each_page_was_shown(signature: Signature) -> None:
    await signature.open(phone_since=date(2026, 3, 2))
    await read_for(signature, 5, 7, 11)
    await signature.get(f"/signatures/{ATTEMPT_ID}/pages/1")
    signature.clock.instant += timedelta(seconds=2)
    await signature.post("codes")
    await signature.post("signature", {"code": signature.phone.code})
    await signature.worker.work_once()

    told = await evidence_of(signature)

    assert told["phone"]["known_since"] == "2026-03-02"
    assert [(page["page"], page["times"], page["shown_for_ms"]) for page in told["pages_shown"]] == [
        (1, 2, 7000),
        (2, 1, 7000),
        (3, 1, 11000),
    ]
    acted = [step for step in told["steps"] if step["agent"] == events.REFERENT_ID]
    assert [step["what"] for step in acted] == ["read", "send_code", "try_code", "sign"]
    assert {(one["address"], one["device"]) for one in (*acted, *told["pages_shown"])} == {
        ("192.0.2.7", "Navigateur du poste")
    }


async def test_it_tells_from_where_the_person_acts_on_their_phone(signature: Signature) -> None:
    await signature.open_and_send()
    telephone = phone_of(signature)
    telephone.client.headers.update(ON_A_PHONE)
    shown = await telephone.follow(signature.phone.link)
    await telephone.client.get("/s/pages/1")
    await telephone.submit(shown, "/s/code", code=signature.phone.code)
    await telephone.client.aclose()
    await signature.worker.work_once()

    told = await evidence_of(signature)

    mine = [step for step in told["steps"] if step["agent"] == PERSON.subject]
    assert [step["what"] for step in mine] == ["open_link", "try_code", "sign"]
    assert {step["address"] for step in mine} == {"198.51.100.4"}
    assert {len(step["device"]) for step in mine} == {200}
    assert [page["address"] for page in told["pages_shown"] if page["agent"] == PERSON.subject] == ["198.51.100.4"]
    assert told["codes"][0]["link_opened_at"]


async def test_the_address_that_a_client_claims_is_not_believed(signature: Signature) -> None:
    await signature.open()
    transport = httpx.ASGITransport(signature.app, client=("203.0.113.50", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://signature") as client:
        signature.client = client
        client.headers.update(AT_A_DESK)
        await read_for(signature, 1, 1, 1)

    async with signature.means.database.begin() as uow:
        pages = await signature.means.requests_of(uow).pages_shown(ATTEMPT_ID)
    assert {page.origin.address for page in pages} == {"203.0.113.50"}


async def signed_in_full(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.post("signature", {"code": signature.phone.code})
    await signature.worker.work_once()


async def test_the_dossier_is_read_as_a_sealed_pdf_or_as_the_json_that_it_carries(signature: Signature) -> None:
    await signature.open_and_send()
    path = f"/signatures/{ATTEMPT_ID}/evidence"
    for one in (path, f"{path}.json", f"{path}/addendum"):
        assert (await signature.get(one)).json()["type"] == "urn:cer:problem:not-sealed-yet"
    await signature.post("signature", {"code": signature.phone.code})
    await signature.worker.work_once()

    readable, written = await signature.get(path), await signature.get(f"{path}.json")

    assert readable.headers["content-disposition"] == 'inline; filename="CER-1-dossier-de-preuve.pdf"'
    assert "no-store" in readable.headers["cache-control"]
    found = await asyncio.to_thread(verify, readable.content, load_trust(own_seal()), datetime.now(UTC))
    assert found.verdict is Verdict.INTACT
    assert written.headers["content-type"] == "application/json"
    assert written.content == signed_json(readable.content)
    assert written.json()["evidence"] == await evidence_of(signature)


async def test_a_receipt_that_comes_after_the_seal_is_shown_beside_the_dossier(signature: Signature) -> None:
    await signed_in_full(signature)
    path = f"/signatures/{ATTEMPT_ID}/evidence"
    sealed, before = (await signature.get(path)).content, (await signature.get(f"{path}/addendum")).json()
    assert before == {"drawn_up_at": NOW_AND_30, "later": [], "signed": False}

    assert await receipts.keep(signature.means, Receipt("ovh", Delivery.DELIVERED, "ptt 4", id="receipt-1"))
    await signature.hear(events.sample(CerReopened, **signature.sealed_blocks(), attempt=1))

    later = (await signature.get(f"{path}/addendum")).json()["later"]
    assert [(one["what"], one["label"]) for one in later] == [
        ("sms_receipt", "Le fournisseur « ovh » dit du SMS n° 1 : reçu par le téléphone (ptt 4)."),
        ("void", "Le CER signé a été rouvert : cette signature ne vaut plus."),
    ]
    assert (await signature.get(path)).content == sealed


async def test_a_dossier_from_before_it_was_set_as_a_pdf_is_given_as_json(signature: Signature) -> None:
    await signed_in_full(signature)
    path = f"/signatures/{ATTEMPT_ID}/evidence"
    written = (await signature.get(f"{path}.json")).content
    kept = await signature.app.state.objects.put("old.json", written)
    async with signature.means.database.begin() as uow:
        await uow.session.execute(update(signature_request).values(evidence=kept.model_dump()))

    assert (await signature.get(path)).json()["type"] == "urn:cer:problem:no-readable-evidence"
    assert (await signature.get(f"{path}.json")).content == written
