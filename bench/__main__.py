"""`make bench`: measures everything, prints a table, writes `var/bench.json`.

The backing servers are started for the run and ended with it. Ratios are what counts: both sides of each were measured
in the same run, on the same machine.
"""

import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from bench import consumer, latency, lists, merging, printing, relay, render, sending
from bench.rows import Row
from deploy.embedded.backing import start_backing
from tests.builders.messaging import PROBES
from tests.fixtures.databases import fresh_database
from tests.fixtures.topics import create_topic

OUTPUT = Path("var/bench.json")

Measure = Callable[[str, str], Awaitable[list[Row]]]
MESSAGING: tuple[Measure, ...] = (relay.measure, consumer.measure, latency.measure, sending.measure)


async def messaging(admin_url: str, kafka: str) -> list[Row]:
    """Relay, consumer and latency, each on a database of its own."""
    await create_topic(kafka, relay.TOPIC, partitions=24)
    await create_topic(kafka, PROBES.name, partitions=24)
    rows: list[Row] = []
    for measure in MESSAGING:
        async with fresh_database(admin_url) as url:
            rows += await measure(url, kafka)
    return rows


def main() -> None:
    """Measures and reports; a target that is missed is marked, not an error: the machine may be busy."""
    with tempfile.TemporaryDirectory() as folder, start_backing(Path(folder)) as backing:
        rows = uvloop.run(messaging(backing.postgres.admin_url, backing.kafka.bootstrap))
        rows += uvloop.run(lists.measure(backing.postgres.admin_url, lists.SIZES[0]))
    rows += [Row(**{key: row[key] for key in ("name", "unit", "ours", "floor", "target")}) for row in render.measure()]
    rows += printing.measure() + merging.measure()
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n")
    print(f"{'':42}{'ours':>12}{'floor':>12}{'ratio':>8}  target")
    for row in rows:
        mark = "" if row.met else "  ← not met"
        print(f"{row.name:42}{row.ours:>12.1f}{row.floor:>12.1f}{row.ratio:>8.2f}  {row.target} {row.unit}{mark}")


if __name__ == "__main__":
    main()
