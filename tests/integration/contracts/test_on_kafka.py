"""The whole service on a real Kafka: asked to sign, it tells; told of a signature, twice, it follows once."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared.events.contracts import CerReadyToSign
from shared.events.headers import cloudevents_headers
from shared.events.signature import SignatureCompleted, SignatureEvent, SignatureOpened
from shared.events.topics import CERS, SIGNATURE
from shared.kernel.ids import new_id
from shared.messaging.provisioning import provision
from shared.runtime.roles import ALL
from tests.builders.events import sample
from tests.builders.tokens import Issuer
from tests.fixtures.topics import produce, read_topic, until
from tests.integration.contracts.conftest import Contracts, contracts_at

pytestmark = pytest.mark.integration


async def test_a_signature_is_asked_for_on_one_topic_and_followed_on_another(
    service_database_url: str, tmp_path: Path, kafka: str, issuer: Issuer
) -> None:
    await provision(kafka, partitions=3)
    async with contracts_at(service_database_url, tmp_path, kafka, ALL, issuer) as contracts:
        cer = await contracts.cer()
        await contracts.send("POST", f"/cers/{cer['id']}/signature")
        await until(lambda: _is_told(kafka, cer["id"]))

        messages = [_message(contracts, cer, kind) for kind in (SignatureOpened, SignatureCompleted)]
        await produce(kafka, SIGNATURE.name, *messages, *messages)

        async def signed() -> bool:
            return bool((await contracts.read(cer))["accord"] == "oui")

        await until(signed)
        await until(lambda: _all_seen(contracts))
        now = await contracts.read(cer)
        assert (now["signing"]["state"], now["signing"]["attempt"], now["version"]) == ("signed", 1, 4)
        assert await contracts.scalar("SELECT count(*) FROM parked_event") == 0


async def _is_told(kafka: str, cer_id: str) -> bool:
    records = [record for record in await read_topic(kafka, CERS.name) if record.key == cer_id.encode()]
    types = [dict(record.headers)["ce_type"].decode() for record in records]
    return CerReadyToSign.ce_type() in types


async def _all_seen(contracts: Contracts) -> bool:
    return bool(await contracts.scalar("SELECT count(*) FROM inbox WHERE consumer = 'contracts.signature'") == 2)


def _message(
    contracts: Contracts, cer: dict[str, Any], kind: type[SignatureEvent]
) -> tuple[bytes | None, bytes | None, dict[str, bytes]]:
    changes = {"expires_at": contracts.clock.now() + timedelta(hours=24)} if kind is SignatureOpened else {}
    event = sample(kind, cer_id=UUID(cer["id"]), dossier_id=UUID(cer["dossier_id"]), attempt=1, **changes)
    headers = cloudevents_headers(event, new_id(), contracts.clock.now())
    value = event.to_json(contracts.keys)
    return event.key.encode(), value, {name: text.encode() for name, text in headers.items()}
