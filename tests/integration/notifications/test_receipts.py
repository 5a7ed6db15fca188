"""Delivery receipts of SMS that the provider brings by itself: in any order, any number of times, from nobody else."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.events.blocks import ContactPoint
from shared.events.notifications import ContactFailed, NotificationDelivered
from shared.events.signature import SignatureVoided
from shared.kernel.ids import new_id
from shared.runtime.roles import ProcessRole
from shared.security.pepper import ensure_pepper, load_pepper
from shared.sms.cli import receipts_address
from shared.sms.receipts import receipts_path
from tests.builders.notifications import readable
from tests.fixtures.sms_provider import DROPPING, Answer, SmsProvider, sms_provider
from tests.fixtures.smtp import Provider
from tests.integration.notifications.conftest import NO_KAFKA, Notifications, notifications_at

pytestmark = pytest.mark.integration

HOST = "https://messages.example.org"
STATES = {"sent": "accepted", "delivered": "delivered", "expired": "failed", "no-such-number": "failed"}


@pytest.fixture
async def sms() -> AsyncIterator[SmsProvider]:
    async with sms_provider() as listening:
        yield listening


@pytest.fixture
async def receiving(
    service_database_url: str, tmp_path: Path, provider: Provider, sms: SmsProvider
) -> AsyncIterator[Notifications]:
    """The service at its public address, with a provider that brings receipts."""
    keys = tmp_path / "keys"
    keys.mkdir()
    ensure_pepper(keys)
    told = {"identifier": "id", "reference": "ref", "where": "status", "states": STATES}
    described = {
        "url": f"{sms.url}/v1",
        "name": "passerelle",
        "receipts": {**told, "url": f"{sms.url}/v1/{{id}}", "unreachable": ["no-such-number"]},
    }
    (keys / "sms-http.json").write_text(json.dumps(described))
    only_api = frozenset({ProcessRole.API})
    site: dict[str, Any] = {"public_url": HOST, "sms_provider": "http"}
    async with notifications_at(service_database_url, tmp_path, NO_KAFKA, provider.port, only_api, **site) as running:
        yield running


async def brings(service: Notifications, provider: str = "passerelle", **fields: str) -> httpx.Response:
    address = receipts_path(load_pepper(service.settings.keys_dir), provider)
    return await service.client.post(address, json=fields)


async def make(service: Notifications) -> Any:
    """An SMS to a person, that has not left yet."""
    await service.hear(readable(service.keys, SignatureVoided, mail=None, code="reopened"))
    return (await person(service))["id"]


async def person(service: Notifications) -> Any:
    (row,) = [row for row in await service.rows() if row["audience"] == "person"]
    return row


async def told(service: Notifications, event: type[Any]) -> list[Any]:
    return [one for one in await service.told() if isinstance(one, event)]


async def test_a_receipt_puts_the_proof_on_the_message_once_and_a_late_one_changes_nothing(
    receiving: Notifications, sms: SmsProvider
) -> None:
    await make(receiving)
    await receiving.work_all()
    for status in ("sent", "delivered", "delivered", "sent", "expired"):
        assert (await brings(receiving, id="sms-1", status=status)).status_code == 200
    row = await person(receiving)
    assert (row["status"], row["receipt"], row["delivery"]) == ("delivered", "sms-1", "delivered")
    assert row["delivery_at"] == receiving.clock.now()
    assert await told(receiving, ContactFailed) == []
    # It is settled: the provider is not asked about it.
    await receiving.make_due()
    await receiving.work_all()
    assert [one.method for one in sms.asked] == ["POST"]


async def test_a_receipt_that_is_faster_than_our_own_record_is_brought_again(receiving: Notifications) -> None:
    ours = await make(receiving)
    early = await brings(receiving, ref=str(ours), status="delivered")
    assert (early.status_code, early.json()["type"]) == (404, "urn:cer:problem:receipt-unknown")
    assert "renvoyez" in early.json()["detail"]
    await receiving.work_all()
    assert (await brings(receiving, ref=str(ours), status="delivered")).status_code == 200
    assert (await person(receiving))["delivery"] == "delivered"


async def test_a_receipt_tells_that_an_sms_of_unknown_fate_has_left(receiving: Notifications, sms: SmsProvider) -> None:
    sms.behaves = DROPPING
    ours = await make(receiving)
    await receiving.work_all()
    assert (await person(receiving))["status"] == "unknown"
    assert (await brings(receiving, ref=str(ours), id="sms-9", status="sent")).status_code == 200
    row = await person(receiving)
    assert (row["status"], row["provider"], row["receipt"]) == ("delivered", "passerelle", "sms-9")
    assert row["delivery"] == "accepted"
    delivered = await told(receiving, NotificationDelivered)
    assert [one.message_id for one in delivered if one.audience == "person"] == [ours]
    assert (await brings(receiving, id="sms-9", status="delivered")).status_code == 200
    assert (await person(receiving))["delivery"] == "delivered"


async def test_a_receipt_of_a_sending_before_says_nothing_of_the_one_that_counts(
    receiving: Notifications, sms: SmsProvider
) -> None:
    sms.behaves = DROPPING
    ours = await make(receiving)
    await receiving.work_all()
    sms.behaves = Answer(202, {"id": "sms-2"})
    assert (await receiving.resend(ours)).status_code == 200
    await receiving.work_all()
    assert (await brings(receiving, ref=str(ours), id="sms-1", status="expired")).status_code == 404
    assert (await person(receiving))["delivery"] is None
    assert (await brings(receiving, ref=str(ours), id="sms-2", status="delivered")).status_code == 200


@pytest.mark.parametrize(("status", "contacts"), [("no-such-number", 1), ("expired", 0)])
async def test_only_a_number_that_nobody_has_is_told_to_contracts(
    receiving: Notifications, status: str, contacts: int
) -> None:
    await make(receiving)
    await receiving.work_all()
    for _ in range(2):
        assert (await brings(receiving, id="sms-1", status=status)).status_code == 200
    assert (await person(receiving))["delivery"] == "failed"
    failures = await told(receiving, ContactFailed)
    assert [(one.channel, one.code) for one in failures] == [("sms", "sms-number")] * contacts
    opened = [receiving.keys.open(ContactPoint, one.contact).address for one in failures]
    assert opened == ["+33639980001"] * contacts


async def test_nobody_else_brings_a_receipt(receiving: Notifications) -> None:
    await make(receiving)
    await receiving.work_all()
    for key in ("", "é", "0" * 32):
        answer = await receiving.client.get(
            "/sms/receipts/passerelle", params={"key": key, "id": "sms-1", "status": "delivered"}
        )
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:cer:problem:not-found")
    other = await brings(receiving, provider="ovh", id="sms-1", ptt="4")
    assert (other.status_code, other.json()["type"]) == (422, "urn:cer:problem:receipt-unreadable")
    assert (await brings(receiving, id=str(new_id()), ref="none", status="delivered")).status_code == 404
    assert (await brings(receiving, id="sms-1")).status_code == 422
    assert (await person(receiving))["delivery"] is None


async def test_without_a_public_address_nobody_brings_anything(notifications: Notifications) -> None:
    answer = await notifications.client.get("/sms/receipts/ovh", params={"key": "x", "id": "1", "ptt": "4"})
    assert answer.status_code == 404


def test_the_command_says_the_address_for_the_provider(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ensure_pepper(tmp_path)
    receipts_address("ovh", tmp_path, f"{HOST}/")
    assert capsys.readouterr().out.strip() == f"{HOST}{receipts_path(load_pepper(tmp_path), 'ovh')}"
