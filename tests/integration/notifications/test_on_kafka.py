"""The whole service on a real Kafka and a real SMTP server: events in, mails out, their fate told."""

from pathlib import Path

import pytest

from shared.events.contracts import CerReturned
from shared.events.documents import EditionRendered
from shared.events.envelope import Event
from shared.events.headers import cloudevents_headers
from shared.events.notifications import NotificationDelivered
from shared.events.signature import SignatureCompleted
from shared.events.topics import NOTIFICATIONS
from shared.kernel.ids import new_id
from shared.messaging.provisioning import provision
from shared.runtime.roles import ALL
from tests.builders.notifications import NOW, readable
from tests.fixtures.smtp import Provider
from tests.fixtures.topics import produce, read_topic, until
from tests.integration.notifications.conftest import notifications_at

pytestmark = pytest.mark.integration

PDF = b"%PDF-1.7 made up\n%%EOF\n"


async def test_events_of_each_topic_become_mails_and_their_fate_is_told(
    service_database_url: str, tmp_path: Path, kafka: str, provider: Provider
) -> None:
    await provision(kafka, partitions=3)
    async with notifications_at(service_database_url, tmp_path, kafka, provider.port, ALL) as notifications:
        cer_id = new_id()
        signed = await notifications.files_of("signature").put("signed.pdf", PDF)
        decided = await notifications.files_of("documents").put("decision.pdf", PDF)
        kind = "cer_decision_valide"
        heard: list[Event] = [
            readable(notifications.keys, CerReturned, cer_id=cer_id),
            readable(notifications.keys, SignatureCompleted, cer_id=cer_id, document=signed),
            readable(notifications.keys, EditionRendered, cer_id=cer_id, kind=kind, document=decided),
        ]
        for event in heard:
            headers = {name: value.encode() for name, value in cloudevents_headers(event, new_id(), NOW).items()}
            message = (event.key.encode(), event.to_json(notifications.keys), headers)
            # At least once: the same message twice.
            await produce(kafka, event.topic.name, message, message)

        async def told() -> list[NotificationDelivered]:
            records = await read_topic(kafka, NOTIFICATIONS.name)
            key = str(cer_id).encode()
            return [NotificationDelivered.read(record.value) for record in records if record.key == key]

        async def all_told() -> bool:
            return len(await told()) >= 4

        await until(all_told)
        assert {event.template for event in await told()} == {
            "cer_retourne_referent", "cer_signe_referent", "cer_signe_personne", "decision_valide_personne",
        }  # fmt: skip
        assert len(provider.taken) == 4
