"""After the run: what was acknowledged, what of it is missing, what took effect twice or out of order."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from shared.events.topics import CERS, DOSSIERS, REFERENCE, SIGNATURE, VALIDATION
from tests.chaos.journal import Journal
from tests.fixtures.topics import read_topic

# At most one of each for a CER and a submission.
ONCE = ("CerCreated", "CerSubmitted", "StudyOpened", "CerDecided", "CerValidated", "CerRejected")
# What the harness planted names itself so.
PLANTED = b"urn:cer:planted"


@dataclass
class Counts:
    """The verdict of a run; `problems` says in words what each number hides."""

    seed: int
    seconds: float = 0.0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    parked: dict[str, int] = field(default_factory=dict)
    parked_wrongly: int = 0
    poison_planted: dict[str, int] = field(default_factory=dict)
    unknown_types_skipped: int = 0
    redelivered: int = 0
    replayed: int = 0
    stale: int = 0
    waited: int = 0
    accepted_without_kafka: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Nothing lost, nothing twice, nothing out of order, nothing parked but poison."""
        return not (self.lost or self.doubled or self.out_of_order or self.parked_wrongly or self.problems)

    def as_json(self) -> dict[str, Any]:
        """The content of `var/chaos.json`."""
        return {**asdict(self), "passed": self.passed, "kills_total": sum(self.kills.values())}

    def blame(self, kind: str, what: str) -> None:
        """Counts one fault."""
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.problems) < 50:
            self.problems.append(f"{kind}: {what}")


@dataclass(frozen=True)
class Databases:
    """One superuser connection to each service's database."""

    contracts: asyncpg.Connection
    validation: asyncpg.Connection
    signature: asyncpg.Connection

    def all(self) -> dict[str, asyncpg.Connection]:
        """By service."""
        return {"contracts": self.contracts, "validation": self.validation, "signature": self.signature}


async def judge(counts: Counts, journal: Journal, databases: Databases, kafka: str) -> None:
    """Fills the counts."""
    counts.acknowledged = sum(journal.acknowledged.values())
    counts.poison_planted = dict(journal.planted)
    counts.accepted_without_kafka = journal.accepted_without_kafka
    await _states(counts, journal, databases)
    await _topics(counts, databases, kafka)
    await _endings(counts, journal, databases)
    await _offsets(counts, kafka)


async def _states(counts: Counts, journal: Journal, databases: Databases) -> None:
    """Every acknowledged command is in the state of its service, and the decision in both."""
    cers = {row["id"]: row for row in await databases.contracts.fetch("SELECT id, state, submission FROM cer")}
    studies = {row["cer_id"]: row for row in await databases.validation.fetch("SELECT cer_id, state FROM study")}
    for cer_id in journal.created - cers.keys():
        counts.blame("lost", f"acknowledged CER {cer_id} does not exist")
    for cer_id in journal.submitted:
        if cer_id not in cers or cers[cer_id]["submission"] < 1:
            counts.blame("lost", f"acknowledged submission of {cer_id}")
        elif cer_id not in studies:
            counts.blame("lost", f"submitted CER {cer_id} has no study")
    for cer_id, outcome in journal.decided.items():
        if cers[cer_id]["state"] != outcome:
            counts.blame("lost", f"decision {outcome} of {cer_id}: contracts says {cers[cer_id]['state']}")
    for cer_id in journal.second_decisions:
        counts.blame("doubled", f"two decisions of {cer_id} were both acknowledged")


async def _topics(counts: Counts, databases: Databases, kafka: str) -> None:
    """Every outbox row is on its topic, in the order of its aggregate, and nothing else is."""
    emitted: dict[UUID, str] = {}
    for service, connection in databases.all().items():
        for row in await connection.fetch("SELECT event_id, published_at FROM outbox"):
            emitted[row["event_id"]] = f"{service}, {'published' if row['published_at'] else 'pending'}"
    seen = await _walk(counts, kafka)
    for event_id in seen - emitted.keys():
        counts.blame("doubled", f"event {event_id} is on a topic and in no outbox")
    for event_id in emitted.keys() - seen:
        counts.blame("lost", f"event {event_id} of {emitted[event_id]} is not on its topic")


async def _walk(counts: Counts, kafka: str) -> set[UUID]:
    """Reads the topics from their beginning; gives the ids of the services' own events."""
    seen: set[UUID] = set()
    last: dict[tuple[str, str], int] = defaultdict(int)
    effects: Counter[tuple[str, str]] = Counter()
    for topic in (CERS, DOSSIERS, REFERENCE, VALIDATION, SIGNATURE):
        for record in await read_topic(kafka, topic.name):
            headers = dict(record.headers)
            if headers.get("ce_source") == PLANTED or "ce_id" not in headers:
                continue
            event_id = UUID(headers["ce_id"].decode())
            if event_id in seen:
                counts.redelivered += 1
                continue
            seen.add(event_id)
            _follow(counts, headers, last, effects)
    for (kind, key), number in effects.items():
        if number > 1:
            counts.blame("doubled", f"{number} {kind} for {key}")
    return seen


def _follow(
    counts: Counts,
    headers: dict[str, bytes],
    last: dict[tuple[str, str], int],
    effects: Counter[tuple[str, str]],
) -> None:
    name = headers["ce_type"].decode().split(".")[-2]
    aggregate = (headers["ce_source"].decode(), headers["ce_subject"].decode())
    version = int(headers["ce_aggregateversion"])
    if version < last[aggregate] or (version == last[aggregate] and name in ONCE):
        counts.blame("out_of_order", f"{name} {version} of {aggregate} after {last[aggregate]}")
    last[aggregate] = max(version, last[aggregate])
    if name in ONCE:
        # No journey of the load submits twice, so there is one of each for a CER.
        effects[name, headers["ce_partitionkey"].decode()] += 1


async def _endings(counts: Counts, journal: Journal, databases: Databases) -> None:
    """Poison is parked, each once, under its own code; halves met; superseded attempts went to history."""
    parked: Counter[str] = Counter()
    for connection in databases.all().values():
        for row in await connection.fetch("SELECT code, resolution FROM parked_event"):
            if row["resolution"] == "replayed":
                counts.replayed += 1
            else:
                parked[row["code"]] += 1
        counts.stale += await connection.fetchval("SELECT count(*) FROM inbox WHERE ending = 'stale'")
    counts.parked = dict(parked)
    # They are in no parked row, and no consumer stands before one: the comparisons make sure of both.
    counts.unknown_types_skipped = journal.unknown_types
    for code in sorted({*parked, *journal.planted}):
        planted = journal.planted[code]
        if not planted <= parked[code] <= planted + journal.perhaps[code]:
            counts.blame("parked_wrongly", f"{parked[code]} parked as {code}, {planted} planted")
    told = await databases.signature.fetch("SELECT key, type FROM outbox WHERE type LIKE '%.Signature%'")
    met = {UUID(row["key"]) for row in told if "SignatureOpened" in row["type"]}
    voided = {UUID(row["key"]) for row in told if "SignatureVoided" in row["type"]}
    counts.waited = len(journal.halves & met)
    # The edition may also be read after the cancellation of its attempt: there is no order across topics.
    for cer_id in journal.halves - met - voided:
        counts.blame("lost", f"the early edition of {cer_id} never met its request")
    if counts.stale < len(journal.superseded):
        counts.problems.append(f"{len(journal.superseded)} superseded editions, {counts.stale} stale")


async def _offsets(counts: Counts, kafka: str) -> None:
    """Every consumer has committed to the end of what it reads: nothing is left before it, poison included."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    reader = AIOKafkaConsumer(bootstrap_servers=kafka)
    await admin.start()
    await reader.start()
    try:
        groups = [name for name, _ in await admin.list_consumer_groups() if name.startswith("cer.")]
        if not groups:
            counts.problems.append("no consumer group is known to the broker")
        for group in groups:
            committed = await admin.list_consumer_group_offsets(group)
            ends = await reader.end_offsets(list(committed))
            for place, found in committed.items():
                if found.offset < ends[place]:
                    counts.blame("lost", f"{group} stands at {found.offset} of {ends[place]} in {place}")
    finally:
        await reader.stop()
        await admin.close()
