"""What a service holds of a person, told once: the erasure deletes by this list, a test holds it to the database."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging import tables as messaging

# The erasure takes care of these itself, by the keys of their events; `erased` and what stays of `inbox` hold ids only.
MESSAGING: frozenset[str] = frozenset(messaging.metadata.tables)


@dataclass(frozen=True)
class Person:
    """Whom an erasure is about: the dossier, and every CER that it ever had."""

    dossier_id: UUID
    cer_ids: tuple[UUID, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """As events and payloads name them."""
        return (str(self.dossier_id), *sorted(map(str, self.cer_ids)))

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys of their events."""
        return tuple(one.encode() for one in self.ids)


@dataclass(frozen=True)
class Held:
    """A table with personal data, and which of its rows are this person's."""

    table: Table
    theirs: Callable[[Person], ColumnElement[bool]]


@dataclass(frozen=True)
class Files:
    """What of the object store is this person's: folders under the service's prefix, and single files by URI."""

    folders: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()


@dataclass(frozen=True)
class Elsewhere:
    """An order to erase what somebody else keeps for the service: a work row of this kind, which tries until it is."""

    kind: str
    work_id: UUID
    payload: Mapping[str, Any]


async def _nothing_elsewhere(_: AsyncSession, __: Person) -> Sequence[Elsewhere]:
    return ()


async def _no_ids(_: AsyncSession, __: Person) -> Sequence[UUID]:
    return ()


async def _no_files(_: AsyncSession, __: Person) -> Files:
    return Files()


@dataclass(frozen=True)
class Holdings:
    """All that a service holds of people.

    `held` in the order of deletion: what points at a table stands before it. `besides` are the tables that need not be
    in it, each with why. `roots` locks the rows that commands lock, before what hangs on them is deleted. `others`
    gives the ids by which work rows and waiting halves name the person's things, beside those of the dossier and its
    CERs; `files` and `elsewhere` are asked before anything is deleted.
    """

    held: tuple[Held, ...]
    besides: Mapping[str, str] = field(default_factory=dict)
    roots: Callable[[Person], Select[Any]] | None = None
    others: Callable[[AsyncSession, Person], Awaitable[Sequence[UUID]]] = _no_ids
    files: Callable[[AsyncSession, Person], Awaitable[Files]] = _no_files
    elsewhere: Callable[[AsyncSession, Person], Awaitable[Sequence[Elsewhere]]] = _nothing_elsewhere

    def undeclared(self, tables: frozenset[str]) -> set[str]:
        """The tables of which nobody said whether they hold personal data."""
        return (
            set(tables) - {one.table.name for one in self.held} - self.besides.keys() - MESSAGING - {"alembic_version"}
        )
