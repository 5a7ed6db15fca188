"""The golden samples: one for each event version, written once and then never changed.

    python -m tests.events.golden       writes those that are missing

A sample that no longer passes means that consumers or stored events would break: mend the event, not the sample.
"""

import json
from pathlib import Path
from typing import Any

from shared.events.envelope import Event
from shared.events.headers import cloudevents_headers
from shared.events.registry import EVENTS
from shared.events.sealed import Block
from tests.builders.events import EVENT_ID, RECORDED_AT, TRACEPARENT, sample

FOLDER = Path(__file__).parent / "golden"


class NoSealer:
    """Samples hold tokens already; an open block in one would be a mistake."""

    def seal(self, block: Block) -> str:
        raise AssertionError(f"the sample holds an open block: {block.name}")


def path(event: type[Event]) -> Path:
    """Where the sample of this version stands."""
    return FOLDER / f"{event.name()}.v{event.schema_version}.json"


def load(event: type[Event]) -> dict[str, Any]:
    """The sample, `{headers, value}`."""
    loaded: dict[str, Any] = json.loads(path(event).read_text())
    return loaded


def produced(event: type[Event]) -> dict[str, Any]:
    """What today's code gives for the same fact."""
    made = sample(event)
    headers = cloudevents_headers(made, EVENT_ID, RECORDED_AT, TRACEPARENT)
    return {"headers": headers, "value": json.loads(made.to_json(NoSealer()))}


def main() -> None:
    """Writes the samples of events that have none."""
    FOLDER.mkdir(exist_ok=True)
    for event in EVENTS:
        if not path(event).exists():
            path(event).write_text(json.dumps(produced(event), ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
