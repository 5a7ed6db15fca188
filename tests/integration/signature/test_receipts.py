"""Delivery receipts: brought or asked for, kept as steps of the evidence, worth nothing for the code itself."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.signature.application.commands import acts, entry, receipts
from services.signature.application.commands.means import Order
from shared.sms.cli import receipts_address
from shared.sms.outcome import Delivery, Receipt, SmsFault, SmsOutcome, SmsStatus
from shared.sms.receipts import receipts_key
from tests.builders.signature import ATTEMPT_ID, referent
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration


async def brings(signature: Signature, provider: str = "ovh", key: str | None = None, **fields: str) -> httpx.Response:
    key = receipts_key(signature.means.pepper, "ovh") if key is None else key
    return await signature.client.get(f"/sms/receipts/{provider}", params={"key": key, **fields})


async def steps(signature: Signature) -> list[dict[str, Any]]:
    async with signature.means.database.begin() as uow:
        history = await signature.means.requests_of(uow).history(ATTEMPT_ID)
    return [step.detail for step in history if step.verb == "sms_receipt"]


async def shown(signature: Signature) -> tuple[str, str | None, str | None]:
    (code,) = (await signature.view())["codes"]
    return code["status"], code["delivery"], code["delivery_label"]


async def test_a_receipt_that_the_provider_brings_is_shown_and_kept(signature: Signature) -> None:
    await signature.open_and_send()
    assert await shown(signature) == ("sent", None, None)

    assert (await brings(signature, id="receipt-1", ptt="4")).status_code == 200
    assert await shown(signature) == ("sent", "delivered", "reçu par le téléphone")
    expected = {"sequence": 1, "provider": "ovh", "said": "ptt 4", "state": "delivered", "id": "receipt-1"}
    assert await steps(signature) == [expected]
    for _ in range(2):
        assert (await brings(signature, id="receipt-1", ptt="4")).status_code == 200
    assert len(await steps(signature)) == 1


async def test_it_comes_as_a_form_or_as_json_too(signature: Signature) -> None:
    await signature.open_and_send()
    key = receipts_key(signature.means.pepper, "ovh")
    address = f"/sms/receipts/ovh?key={key}"

    assert (await signature.client.post(address, data={"id": "none-of-ours", "ptt": "4"})).status_code == 404
    assert (await signature.client.post(address, json={"id": "receipt-1", "ptt": 4, "more": [1]})).status_code == 200
    for odd in (b"[1", b"[]", b"\xff"):
        answer = await signature.client.post(address, content=odd, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:cer:problem:receipt-unreadable")


@pytest.mark.parametrize("key", ["", "x", "é", "0" * 32])
async def test_nobody_else_brings_a_receipt(signature: Signature, key: str) -> None:
    await signature.open_and_send()

    assert (await brings(signature, key=key, id="receipt-1", ptt="4")).status_code == 404
    assert (await brings(signature, provider="http", id="receipt-1", ptt="4")).status_code == 404
    assert await shown(signature) == ("sent", None, None)


def test_the_command_says_the_address_for_the_provider(
    signature: Signature, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    receipts_address("ovh", tmp_path / "keys", "https://signature.example/")
    key = receipts_key(signature.means.pepper, "ovh")

    assert capsys.readouterr().out.strip() == f"https://signature.example/sms/receipts/ovh?key={key}"


async def test_providers_are_asked_until_a_final_state_for_an_hour(signature: Signature) -> None:
    await signature.open_and_send()
    asked = signature.phone.receipts
    assert await receipts.ask(signature.means) == 0
    for state in (Delivery.PENDING, Delivery.ACCEPTED, Delivery.ACCEPTED, Delivery.DELIVERED):
        asked["receipt-1"] = Receipt("ovh", state, f"said {state}", id="receipt-1")
        assert await receipts.ask(signature.means) == 1
    asked["receipt-1"] = Receipt("ovh", Delivery.FAILED, "too late", id="receipt-1")
    assert await receipts.ask(signature.means) == 0

    assert (await shown(signature))[1] == "delivered"
    assert [step["state"] for step in await steps(signature)] == ["pending", "accepted", "delivered"]


async def test_after_an_hour_nobody_is_asked(signature: Signature) -> None:
    await signature.open_and_send()
    signature.phone.receipts["receipt-1"] = Receipt("ovh", Delivery.DELIVERED, "ptt 4", id="receipt-1")
    signature.clock.instant += timedelta(hours=1)

    assert await receipts.ask(signature.means) == 0


async def test_a_receipt_tells_that_an_sms_of_unknown_fate_has_left(signature: Signature) -> None:
    signature.phone.outcome = SmsOutcome(SmsStatus.UNKNOWN, fault=SmsFault.LOST, provider="http")
    await signature.open_and_send()
    (code,) = (await signature.view())["codes"]
    assert "peut-être parti" in code["advice"]
    async with signature.means.database.read() as session:
        ours = str((await session.execute(text("SELECT id FROM code"))).scalar_one())

    stray = Receipt("ovh", Delivery.DELIVERED, "another provider's", id="81", reference=ours)
    assert not await receipts.keep(signature.means, stray)
    told = Receipt("http", Delivery.DELIVERED, "delivered", id="81", reference=ours)
    assert await receipts.keep(signature.means, told)
    assert await shown(signature) == ("sent", "delivered", "reçu par le téléphone")
    assert not await receipts.keep(signature.means, Receipt("http", Delivery.DELIVERED, "x", reference="no-uuid"))


async def test_a_code_that_did_not_arrive_keeps_its_worth(signature: Signature) -> None:
    await signature.open_and_send()
    await receipts.keep(signature.means, Receipt("ovh", Delivery.FAILED, "ptt 5", id="receipt-1"))

    assert await shown(signature) == ("sent", "failed", "non remis au téléphone")
    assert (await signature.post("signature", {"code": signature.phone.code})).json()["state"] == "signed"


async def test_a_receipt_in_the_midst_of_a_command_loses_nothing(signature: Signature) -> None:
    await signature.open_and_send()
    async with signature.means.database.begin() as uow:
        request = await signature.means.requests_of(uow).get(ATTEMPT_ID)
        # The command holds the request with the code as it was before the receipt, which waits for its end.
        told = Receipt("ovh", Delivery.DELIVERED, "ptt 4", id="receipt-1")
        keeping = asyncio.create_task(receipts.keep(signature.means, told))
        request.refuse(referent(), "", signature.clock.now())
        await signature.means.requests_of(uow).save(request)

    assert await keeping
    assert (await signature.view())["state"] == "refused"
    assert await shown(signature) == ("sent", "delivered", "reçu par le téléphone")


@pytest.mark.parametrize(("minutes", "locked"), [(0, 0), (1, 1)])
async def test_a_request_whose_last_try_died_unjudged_is_locked(
    signature: Signature, minutes: int, locked: int
) -> None:
    await signature.open_and_send()
    for wrong in signature.phone.other_codes(4):
        await signature.post("signature", {"code": wrong})
    async with signature.means.database.begin() as uow:
        # The process dies once the fifth try is committed.
        await entry.count_try(signature.means, uow, Order(ATTEMPT_ID, referent()))
    signature.clock.instant += timedelta(minutes=minutes)

    assert await acts.lock_spent(signature.means) == locked
    assert (await signature.view())["state"] == ("locked" if locked else "code_sent")
