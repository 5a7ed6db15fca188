"""What the evidence keeps of how a CER was signed: from where, on which device, what was shown for how long."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.signature.domain.link import PERSON
from shared.events.signature import SignatureCompleted
from shared.kernel.clock import FixedClock
from tests.builders import events
from tests.builders.signature import ATTEMPT_ID, NOW
from tests.integration.signature.conftest import Signature, assembled
from tests.integration.signature.test_phone import HOST, Telephone

pytestmark = pytest.mark.integration

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
    found: dict[str, Any] = json.loads(await signature.app.state.objects.get(completed.evidence))["evidence"]
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
    telephone = Telephone(signature)
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
