"""The broker's storage, whatever the id that chance gives its cluster."""

from pathlib import Path
from uuid import UUID

import pytest

from deploy.embedded.kafka import Kafka
from deploy.embedded.state import State

pytestmark = pytest.mark.integration


def test_an_id_that_begins_with_a_dash_is_taken_for_an_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.embedded.kafka.uuid.uuid4", lambda: UUID(int=0xF8 << 120))
    state = State.load(tmp_path)
    for name in Kafka.port_names:
        state.port(name)
    broker = Kafka(state)

    broker.prepare()

    assert (broker.folder / "formatted").read_text().startswith("-")
