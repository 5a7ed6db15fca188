"""The service with all its parts: from the topics, through HTTP and its worker, to its own topic."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.signature.domain.values import request_id
from shared.events.envelope import Event
from shared.events.headers import cloudevents_headers
from shared.events.signature import SignatureCompleted, SignatureOpened
from shared.events.topics import SIGNATURE
from shared.kernel.clock import FixedClock
from shared.kernel.ids import new_id
from shared.messaging.provisioning import provision
from shared.runtime.roles import ProcessRole
from tests.builders.signature import NOW
from tests.fixtures.topics import produce, read_topic, until
from tests.integration.signature.conftest import Signature, assembled

pytestmark = pytest.mark.integration


@pytest.fixture
async def running(service_database_url: str, kafka: str, tmp_path: Path) -> AsyncIterator[Signature]:
    await provision(kafka, partitions=2)
    async with assembled(tmp_path, service_database_url, FixedClock(NOW), kafka, *ProcessRole) as service:
        yield service


async def publish(kafka: str, service: Signature, event: Event) -> None:
    headers = cloudevents_headers(event, new_id(), NOW)
    raw = {name: value.encode() for name, value in headers.items()}
    await produce(kafka, event.topic.name, (event.key.encode(), event.to_json(service.keys), raw))


async def test_a_signature_goes_from_topic_to_topic(running: Signature, kafka: str) -> None:
    cer_id = new_id()
    signature_id = request_id(cer_id, 1)
    await publish(kafka, running, await running.rendered(cer_id=cer_id))
    await publish(kafka, running, running.ready(cer_id=cer_id))

    async def opened() -> bool:
        return (await running.get(f"/signatures/{signature_id}")).status_code == 200 and (
            await running.view(signature_id)
        )["state"] == "opened"

    await until(opened)
    await running.read_all(signature_id)
    assert (await running.post("codes", request_id=signature_id)).status_code == 200
    typed = await running.post("signature", {"code": running.phone.code}, request_id=signature_id)
    assert typed.json()["state"] == "signed"

    async def told() -> bool:
        return len([record for record in await read_topic(kafka, SIGNATURE.name) if mine(record.key)]) == 2

    def mine(key: bytes) -> bool:
        return key == str(cer_id).encode()

    await until(told)
    records = [record for record in await read_topic(kafka, SIGNATURE.name) if mine(record.key)]
    types = [dict(record.headers)["ce_type"].decode() for record in records]
    assert types == [SignatureOpened.ce_type(), SignatureCompleted.ce_type()]
    completed = SignatureCompleted.read(records[1].value)
    assert completed.signature_id == signature_id
