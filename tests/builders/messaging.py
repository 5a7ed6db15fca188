"""A small service to try the messaging on: it counts events by key, in a table of its own."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, Table, Text, insert, text

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.envelope import Event
from shared.events.sealed import Block
from shared.events.topics import Topic
from shared.kernel.ids import derived_id
from shared.messaging.outbox import Outbox
from shared.messaging.schema import _V1, _V2

PROBES = Topic("cer.probe.v1", "probe", "probe id", "Events of the tests.")


class Counted(Event):
    """The probe's event: the n-th of its key."""

    topic: ClassVar[Topic] = PROBES
    aggregate: ClassVar[str] = "probe"
    subject_field: ClassVar[str] = "probe_id"
    key_field: ClassVar[str] = "probe_id"

    probe_id: UUID
    text: str = ""


class Unheard(Counted):
    """A type that no consumer of the tests knows."""


effects = Table(
    "effect",
    MetaData(),
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

EFFECTS_DDL = (
    "CREATE TABLE effect (id bigint GENERATED ALWAYS AS IDENTITY, key text NOT NULL, version integer NOT NULL)"
)


class NoSealer:
    """The probe has no personal data."""

    def seal(self, block: Block) -> str:
        raise AssertionError("the probe seals nothing")


def probe_id(name: str) -> UUID:
    """The identifier of a named probe."""
    return derived_id("probe", name)


def counted(name: str, version: int, kind: type[Counted] = Counted, text: str = "") -> Counted:
    """The event number `version` of a probe."""
    return kind(probe_id=probe_id(name), aggregate_version=version, text=text)


async def create_schema(database: Database) -> None:
    """The messaging tables and the probe's own."""
    async with database.engine.begin() as connection:
        for statement in (*_V1, *_V2, EFFECTS_DDL):
            await connection.execute(text(statement))


def outbox() -> Outbox:
    """An outbox for events without personal data."""
    return Outbox(NoSealer())


async def note_effect(event: Counted, uow: UnitOfWork) -> None:
    """The simplest reaction: one row for each event."""
    await uow.session.execute(insert(effects).values(key=str(event.probe_id), version=event.aggregate_version))


async def effects_of(database: Database, name: str) -> Sequence[int]:
    """The versions that took effect for a probe, in order."""
    async with database.read() as session:
        rows = await session.execute(
            text("SELECT version FROM effect WHERE key = :key ORDER BY id"), {"key": str(probe_id(name))}
        )
        return [row.version for row in rows]
