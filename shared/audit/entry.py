"""One line of the audit, and how its fingerprint is made: SHA-256 (FIPS 180-4) over the fingerprint before it and the
entry's canonical bytes. Ids and codes only: no name, number or text of a person.

Canonical bytes are JSON in UTF-8 as RFC 8785 writes it: keys in order, no blanks, nothing but texts, whole numbers,
null and lists of texts. `docs/architecture/audit.md` shows one, so that another program can check the chain.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from shared.events.audit import AuditHead

EventT = TypeVar("EventT", bound=AuditHead)

# What the first entry is chained to.
NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True)
class Record:
    """What somebody did, before it takes its place in the chain.

    `outcome` is `ok`, or the code of the refusal; `relation` tells how near the dossiers were to the agent (the
    farthest of them), none when there was none or when the person themselves asked. `on_behalf_of` is the référent whom
    the agent replaced.
    """

    at: datetime
    actor: str
    role: str
    operation: str
    outcome: str
    dossiers: tuple[UUID, ...] = ()
    cers: tuple[UUID, ...] = ()
    relation: str | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True)
class Entry:
    """A record in its place: numbered without gap, chained to the one before."""

    id: int
    record: Record
    previous_hash: bytes
    hash: bytes

    @property
    def genuine(self) -> bool:
        """Whether the fingerprint is that of what stands here."""
        return self.hash == fingerprint(self.id, self.record, self.previous_hash)


@dataclass(frozen=True)
class Head:
    """Where the chain stood at one time: whoever holds it can tell whether what came before was changed."""

    id: int
    hash: bytes
    at: datetime

    def told(self, event: type[EventT]) -> EventT:
        """The event, of the service whose chain it is, that lets others hold this head."""
        return event.model_validate(
            {"aggregate_version": self.id, "sequence": self.id, "hash": self.hash.hex(), "at": self.at}
        )


def chain(record: Record, before: Head | None) -> Entry:
    """The record as the entry that follows `before`."""
    number = before.id + 1 if before else 1
    previous = before.hash if before else NOTHING_BEFORE
    return Entry(number, record, previous, fingerprint(number, record, previous))


def head_of(entry: Entry) -> Head:
    """The chain's head when this entry is the last."""
    return Head(entry.id, entry.hash, entry.record.at)


def fingerprint(number: int, record: Record, previous: bytes) -> bytes:
    """SHA-256 over the fingerprint before and the canonical bytes."""
    return hashlib.sha256(previous + canonical(number, record)).digest()


def canonical(number: int, record: Record) -> bytes:
    """The bytes that an entry's fingerprint covers."""
    fields = {
        "actor": record.actor,
        "at": record.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "cers": [str(one) for one in record.cers],
        "dossiers": [str(one) for one in record.dossiers],
        "id": number,
        "on_behalf_of": record.on_behalf_of,
        "operation": record.operation,
        "outcome": record.outcome,
        "relation": record.relation,
        "role": record.role,
    }
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
