"""Persons to be told apart, in PostgreSQL. Implements the port `Matchings`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, delete, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import matching as table
from services.contracts.application.ports.matching import MatchingFilter
from services.contracts.domain.dossiers.household import Household, Person
from services.contracts.domain.dossiers.matching import Matching, MatchingState
from services.contracts.domain.moves import Act
from shared.kernel.errors import FieldProblem, Invalid, NotFound, RaceLost

_PERSON = TypeAdapter(Person)
_ORDER = (table.c.first_seen_at, table.c.id)


class SqlMatchings:
    """The persons to be told apart, of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, matching_id: UUID) -> Matching:
        """One of them. Raises NotFound."""
        found = await self.find([matching_id])
        if not found:
            raise NotFound("Ce rapprochement n'existe pas, ou il n'est pas de votre territoire.")
        return found[matching_id]

    async def find(self, matching_ids: Sequence[UUID]) -> dict[UUID, Matching]:
        """Those that are kept."""
        rows = await self._session.execute(select(table).where(table.c.id.in_(matching_ids)))
        return {row["id"]: _matching(row) for row in rows.mappings()}

    async def save(self, matching: Matching) -> None:
        """Stores one, for the first time or changed. Raises RaceLost."""
        if matching.version:
            await update_version(self._session, table, _row(matching), matching.version)
        else:
            first = insert(table).values(**_row(matching), version=1).on_conflict_do_nothing().returning(table.c.id)
            if (await self._session.execute(first)).first() is None:
                raise RaceLost("Un autre import a nommé cette personne au même instant : recommencez.")
        matching.version += 1

    async def unseen(self, since: datetime) -> int:
        """How many no file has named, and nobody has resolved, since then."""
        return await self._session.scalar(select(func.count()).select_from(table).where(_unseen(since))) or 0

    async def forget_unseen(self, since: datetime) -> int:
        """Deletes these, whatever was decided; says how many."""
        gone = await self._session.execute(delete(table).where(_unseen(since)).returning(table.c.id))
        return len(gone.all())

    async def page(self, wanted: MatchingFilter, after: UUID | None, limit: int) -> list[Matching]:
        """In the order of their first sight, from the one after `after`. Raises Invalid when there is no such one."""
        query = select(table).where(table.c.state == wanted.state.value).order_by(*_ORDER).limit(limit)
        if wanted.territories is not None:
            query = query.where(table.c.territory.in_(wanted.territories))
        if after is not None:
            place = (await self._session.execute(select(*_ORDER).where(table.c.id == after))).one_or_none()
            if place is None:
                raise Invalid(
                    "La page demandée part d'un rapprochement qui n'existe pas : reprenez la liste à son début.",
                    [FieldProblem("after", "unknown-cursor", "Reprenez sans `after`.")],
                )
            query = query.where(tuple_(*_ORDER) > tuple_(*(literal(value) for value in place)))
        return [_matching(row) for row in (await self._session.execute(query)).mappings()]


def _unseen(since: datetime) -> ColumnElement[bool]:
    return func.greatest(table.c.seen_at, table.c.resolved_at) < since


def _row(one: Matching) -> dict[str, Any]:
    return {
        "id": one.id,
        "organisme": one.household.organisme,
        "numero_organisme": one.household.numero_organisme,
        "matricule": one.household.matricule,
        "person": _PERSON.dump_python(one.person, mode="json"),
        "rank": one.rank,
        "candidates": list(one.candidates),
        "territory": one.territory,
        "source": one.source,
        "line": one.line,
        "first_seen_at": one.first_seen_at,
        "seen_at": one.seen_at,
        "state": one.state.value,
        "dossier_id": one.dossier_id,
        "resolved_by": one.act.by if one.act else None,
        "resolved_at": one.act.at if one.act else None,
    }


def _matching(row: RowMapping) -> Matching:
    return Matching(
        household=Household(row["organisme"], row["numero_organisme"], row["matricule"]),
        person=_PERSON.validate_python(row["person"]),
        rank=row["rank"],
        candidates=tuple(row["candidates"]),
        territory=row["territory"],
        source=row["source"],
        line=row["line"],
        first_seen_at=row["first_seen_at"],
        seen_at=row["seen_at"],
        state=MatchingState(row["state"]),
        dossier_id=row["dossier_id"],
        act=Act(row["resolved_by"], row["resolved_at"]) if row["resolved_by"] else None,
        version=row["version"],
    )
