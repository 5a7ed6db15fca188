"""The whole service on a real Kafka: a submission in, its study told."""

from pathlib import Path

import pytest

from shared.events.headers import cloudevents_headers
from shared.events.topics import VALIDATION
from shared.events.validation import StudyOpened
from shared.kernel.ids import new_id
from shared.messaging.provisioning import provision
from shared.runtime.roles import ALL
from tests.builders.validation import NOW
from tests.fixtures.topics import produce, read_topic, until
from tests.integration.validation.conftest import validation_at

pytestmark = pytest.mark.integration


async def test_a_submission_on_the_topic_is_answered_on_validation_s_own(
    service_database_url: str, tmp_path: Path, kafka: str
) -> None:
    await provision(kafka, partitions=3)
    async with validation_at(service_database_url, tmp_path, kafka, ALL) as validation:
        event = validation.submission(cer_id=new_id(), submitted_at=NOW)
        headers = {name: value.encode() for name, value in cloudevents_headers(event, new_id(), NOW).items()}
        message = (event.key.encode(), event.to_json(validation.keys), headers)
        # At least once: the same message twice.
        await produce(kafka, event.topic.name, message, message)

        async def told() -> list[StudyOpened]:
            records = [record for record in await read_topic(kafka, VALIDATION.name) if record.key == message[0]]
            return [StudyOpened.read(record.value) for record in records]

        async def answered() -> bool:
            return bool(await told())

        await until(answered)
        (opened,) = await told()
        assert (opened.cer_id, opened.submission, opened.aggregate_version) == (event.cer_id, 1, 1)
