"""The whole service in one process: from a message on contracts' topic to a message on its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from services.documents.main import build
from services.documents.settings import Settings
from shared.events.contracts import CerReadyToSign
from shared.events.documents import EditionRendered
from shared.events.headers import cloudevents_headers
from shared.events.topics import CERS, DOCUMENTS
from shared.kernel.ids import new_id
from shared.messaging.provisioning import provision
from shared.objects.store import Objects
from shared.runtime.roles import ALL
from tests.builders import documents as documents_builder
from tests.builders.events import RECORDED_AT, TRACEPARENT
from tests.builders.keys import key_folder
from tests.fixtures.topics import produce, read_topic, until

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord

pytestmark = pytest.mark.integration


async def test_an_event_goes_in_and_an_edition_comes_out(service_database_url: str, kafka: str, tmp_path: Path) -> None:
    keys = key_folder(tmp_path / "keys", "documents")
    await provision(kafka, partitions=3)
    settings = Settings(
        database_url=service_database_url,
        kafka=kafka,
        oidc_issuer="https://identity.test/cer",
        keys_dir=tmp_path / "keys",
        objects=str(tmp_path / "objects"),
        render_processes=1,
    )
    event: CerReadyToSign = documents_builder.ready_to_sign(cer_id=new_id())
    headers = cloudevents_headers(event, new_id(), RECORDED_AT, TRACEPARENT)
    message = (event.key.encode(), event.to_json(keys), {name: value.encode() for name, value in headers.items()})

    async def told() -> list["ConsumerRecord[Any, Any]"]:
        return [one for one in await read_topic(kafka, DOCUMENTS.name) if one.key == event.key.encode()]

    async def arrived() -> bool:
        return bool(await told())

    app = build(settings, ALL)
    async with app.router.lifespan_context(app):
        await produce(kafka, CERS.name, message, message)
        await until(arrived)
    (record,) = await told()
    rendered = EditionRendered.read(record.value)
    assert (rendered.cer_id, rendered.kind, rendered.attempt) == (event.cer_id, "cer_sans_decision", 1)
    assert (await Objects(settings.objects, "signature").get(rendered.document)).startswith(b"%PDF-1.7")
    traced = dict(record.headers)["traceparent"].decode()
    assert traced.split("-")[1] == TRACEPARENT.split("-")[1]
