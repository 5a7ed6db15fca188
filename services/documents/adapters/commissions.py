"""Files and papers of commissions' sessions in PostgreSQL. Implements `CommissionFiles` and `Papers`."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.adapters.tables import commission_file, session_edition
from services.documents.application.ports.sessions import PaperRow
from services.documents.domain.session_papers import CommissionFile, Paper
from shared.database.newest import keep_newest
from shared.events.files import FileRef
from shared.events.sealed import Sealed
from shared.events.sessions import Votes
from shared.kernel.errors import NotFound
from shared.messaging.tables import erased

_SEALED = ("identity", "referent", "words")


class SqlCommissionFiles:
    """The files of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, told: CommissionFile) -> bool:
        """Keeps what is newer; False when what is here is as new."""
        return await keep_newest(self._session, commission_file, _row_of(told))

    async def of_session(self, session_id: UUID) -> dict[UUID, CommissionFile]:
        """The files of a session, by CER."""
        query = select(commission_file).where(commission_file.c.session_id == session_id)
        return {row["cer_id"]: _file_of(row) for row in (await self._session.execute(query)).mappings()}

    async def erased(self, cer_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of these CERs whose person was erased: their key is closed."""
        keys = {str(one).encode(): one for one in cer_ids}
        found = await self._session.scalars(select(erased.c.key).where(erased.c.key.in_(list(keys))))
        return frozenset(keys[bytes(key)] for key in found)

    async def opened_to(self, agent_id: str, now: datetime) -> frozenset[UUID]:
        """The CERs that this agent reads now, because they sit in a session."""
        query = select(commission_file.c.cer_id).where(*_open(agent_id, now))
        return frozenset(await self._session.scalars(query))

    async def sits(self, session_id: UUID, agent_id: str, now: datetime) -> bool:
        """Whether this agent reads a file of this session now."""
        query = exists().where(commission_file.c.session_id == session_id, *_open(agent_id, now))
        return bool(await self._session.scalar(select(query)))


class SqlPapers:
    """The papers of one transaction: inserted once, never updated."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, made: Paper) -> bool:
        """Stores what became of an order; False when that is known already."""
        order, document = made.order, made.document
        row: dict[str, Any] = {
            "id": order.edition_id,
            "session_id": order.session_id,
            "kind": order.kind.value,
            "version": order.version,
            "held_on": made.held_on,
            "cer_ids": list(made.cer_ids),
            "made_at": made.made_at,
            "pages": made.pages,
            "fingerprint": made.fingerprint,
            "failure": made.failure,
        }
        if document is not None:
            row |= {"uri": document.uri, "sha256": document.sha256, "size": document.size}
        added = insert(session_edition).values(**row).on_conflict_do_nothing().returning(session_edition.c.id)
        return (await self._session.execute(added)).first() is not None

    async def get(self, paper_id: UUID) -> PaperRow:
        """One paper. Raises NotFound."""
        query = select(session_edition).where(session_edition.c.id == paper_id)
        row = (await self._session.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("Aucun document de séance ne porte cet identifiant.")
        return _paper_of(row)

    async def of_session(self, session_id: UUID) -> list[PaperRow]:
        """The papers of a session, the first made at the top."""
        table = session_edition
        query = select(table).where(table.c.session_id == session_id).order_by(table.c.version, table.c.id)
        return [_paper_of(row) for row in (await self._session.execute(query)).mappings()]


def _open(agent_id: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    table = commission_file
    return (table.c.open, table.c.members.contains([agent_id]), table.c.until > now)


def _row_of(told: CommissionFile) -> dict[str, Any]:
    row = {one.name: getattr(told, one.name) for one in fields(told)}
    row |= {name: row[name].token if row[name] is not None else None for name in _SEALED}
    votes = told.votes.model_dump() if told.votes is not None else None
    return row | {"members": list(told.members), "requests": list(told.requests), "votes": votes}


def _file_of(row: RowMapping) -> CommissionFile:
    values: dict[str, Any] = dict(row)
    values |= {name: Sealed(token=row[name]) if row[name] else None for name in _SEALED}
    votes = Votes(**row["votes"]) if row["votes"] else None
    return CommissionFile(
        **values | {"members": tuple(row["members"]), "requests": tuple(row["requests"]), "votes": votes}
    )


def _paper_of(row: RowMapping) -> PaperRow:
    values = {name: row[name] for name in PaperRow.__dataclass_fields__ if name != "document"}
    document = FileRef(uri=row["uri"], sha256=row["sha256"], size=row["size"]) if row["uri"] else None
    return PaperRow(**values, document=document)
