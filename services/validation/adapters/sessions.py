"""Commission sessions in PostgreSQL. Implements the ports `Sessions` and `SessionReading`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.sealing import token_of
from services.validation.adapters.session_rows import ITEM, item_of, item_row, member_of, session_of, subject_of
from services.validation.adapters.tables import (
    commission_quorum,
    commission_session,
    session_item,
    session_member,
    session_move,
    study,
)
from services.validation.application.ports.sessions import SessionFilter, SessionMoveRow, SessionPlace, SessionRow
from services.validation.domain.sessions.model import Session
from services.validation.domain.sessions.parts import Subject
from services.validation.domain.sessions.quorum import Quorum
from services.validation.domain.sessions.rules import AlreadyOnAgenda, UnknownSession
from services.validation.domain.states import State
from shared.database.newest import keep_newest
from shared.events.sealed import Sealer
from shared.kernel.errors import RaceLost

_LOST = "La séance a changé entre-temps : rechargez-la, puis recommencez."


class SqlSessions:
    """The sessions of one transaction."""

    def __init__(self, session: AsyncSession, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer
        # As loaded, so that a save stores what it changed.
        self._items: dict[UUID, Mapping[UUID, dict[str, Any]]] = {}

    async def add(self, prepared: Session) -> None:
        """Stores a session for the first time."""
        await self._session.execute(insert(commission_session).values(**self._row(prepared)))
        await self._members(prepared)
        await self._history(prepared)

    async def get(self, session_id: UUID, *, locked: bool = True) -> Session:
        """The session. Raises UnknownSession."""
        query = select(commission_session).where(commission_session.c.id == session_id)
        row = (await self._session.execute(query.with_for_update() if locked else query)).mappings().one_or_none()
        if row is None:
            raise UnknownSession
        members = await self._session.execute(
            select(session_member).where(session_member.c.session_id == session_id).order_by(session_member.c.place)
        )
        items = (
            await self._session.execute(
                select(session_item, *ITEM)
                .join(study, study.c.id == session_item.c.study_id)
                .where(session_item.c.session_id == session_id)
                .order_by(session_item.c.position)
            )
        ).mappings()
        found = session_of(row, [member_of(one) for one in members.mappings()], [item_of(one) for one in items])
        self._items[session_id] = {row["study_id"]: row for row in self._rows(found)}
        return found

    async def both(self, first: UUID, second: UUID) -> tuple[Session, Session]:
        """Two sessions, locked by their ids, so that nobody waits for who waits for them. Raises UnknownSession."""
        found = {one: await self.get(one) for one in sorted({first, second})}
        return found[first], found[second]

    async def holding(self, study_ids: Sequence[UUID]) -> dict[UUID, UUID]:
        """The session that has each of these studies on its agenda, and is not over; most are on none."""
        table = session_item
        query = select(table.c.study_id, table.c.session_id).where(table.c.study_id.in_(study_ids), table.c.live)
        return {row["study_id"]: row["session_id"] for row in (await self._session.execute(query)).mappings()}

    async def save(self, changed: Session) -> None:
        """Stores the moves made since it was loaded. Raises RaceLost, AlreadyOnAgenda."""
        written = await self._session.execute(
            update(commission_session)
            .where(
                commission_session.c.id == changed.id,
                commission_session.c.version == changed.version - len(changed.moves),
            )
            .values(**self._row(changed))
        )
        if written.rowcount == 0:  # type: ignore[attr-defined]
            raise RaceLost(_LOST)
        await self._session.execute(delete(session_member).where(session_member.c.session_id == changed.id))
        await self._members(changed)
        await self._agenda(changed)
        await self._history(changed)

    async def waiting(self, kind: str, territory: str | None, limit: int) -> list[UUID]:
        """Studies that wait for such a commission, on no agenda and without opinion, in the worklist's order."""
        listed = exists().where(session_item.c.study_id == study.c.id, session_item.c.live)
        query = select(study.c.id).where(
            study.c.state == State.EN_COMMISSION,
            study.c.commission_kind == kind,
            study.c.opinion.is_(None),
            ~listed,
        )
        if territory is not None:
            query = query.where(study.c.territory == territory)
        order = (study.c.accord_rank, study.c.priority_rank, study.c.submitted_at, study.c.id)
        return list((await self._session.execute(query.order_by(*order).limit(limit))).scalars())

    async def subjects(self, study_ids: list[UUID]) -> dict[UUID, Subject]:
        """What a session has to know of these studies."""
        query = select(study.c.id.label("study_id"), *ITEM).where(study.c.id.in_(study_ids))
        return {row["study_id"]: subject_of(row) for row in (await self._session.execute(query)).mappings()}

    async def quorum(self, kind: str) -> Quorum:
        """What this kind asks for; nobody said so yet: version 0, none."""
        query = select(commission_quorum).where(commission_quorum.c.kind == kind)
        row = (await self._session.execute(query)).mappings().one_or_none()
        return Quorum(kind) if row is None else Quorum(**row)

    async def quorums(self) -> list[Quorum]:
        """What each kind asks for, of which somebody said it."""
        rows = await self._session.execute(select(commission_quorum).order_by(commission_quorum.c.kind))
        return [Quorum(**row) for row in rows.mappings()]

    async def ask(self, changed: Quorum) -> None:
        """Keeps what a kind asks for. Raises RaceLost."""
        row = {"kind": changed.kind, "members": changed.members, "version": changed.version}
        if not await keep_newest(self._session, commission_quorum, row):
            raise RaceLost("Le quorum de cette commission a changé entre-temps : rechargez-le, puis recommencez.")

    async def page(self, wanted: SessionFilter, after: SessionPlace | None, limit: int) -> list[SessionRow]:
        """Sessions by their date, the first at the top."""
        table = commission_session
        theirs = select(session_item).where(session_item.c.session_id == table.c.id)
        theirs = theirs.where(session_item.c.ending.is_distinct_from("withdrawn"))
        count = theirs.with_only_columns(
            func.count().label("cers"), func.count(session_item.c.opinion).label("opinions")
        )
        counts = count.lateral()
        query = select(table, counts.c.cers, counts.c.opinions).join(counts, onclause=table.c.id.is_not(None))
        if wanted.states:
            query = query.where(table.c.state.in_(wanted.states))
        for column, value in {table.c.kind: wanted.kind, table.c.territory: wanted.territory}.items():
            if value is not None:
                query = query.where(column == value)
        if wanted.since is not None:
            query = query.where(table.c.at >= wanted.since)
        if wanted.member is not None:
            sits = (session_member.c.session_id == table.c.id, session_member.c.agent_id == wanted.member)
            query = query.where(exists().where(*sits))
        if after is not None:
            query = query.where(tuple_(table.c.at, table.c.id) > tuple_(after.at, after.id))
        rows = (await self._session.execute(query.order_by(table.c.at, table.c.id).limit(limit))).mappings()
        return [SessionRow(**{name: row[name] for name in SessionRow.__dataclass_fields__}) for row in rows]

    async def history(self, session_id: UUID, before: int | None, limit: int) -> list[SessionMoveRow]:
        """Moves of a session, newest first, from those before this version; none of an unknown one."""
        query = select(*(session_move.c[name] for name in SessionMoveRow.__dataclass_fields__))
        query = query.where(session_move.c.session_id == session_id).order_by(session_move.c.version.desc())
        if before is not None:
            query = query.where(session_move.c.version < before)
        return [SessionMoveRow(**row) for row in (await self._session.execute(query.limit(limit))).mappings()]

    async def _members(self, changed: Session) -> None:
        rows = [
            {
                "id": one.id,
                "session_id": changed.id,
                "agent_id": one.agent_id,
                "card": token_of(one.card, self._sealer),
                "chair": one.chair,
                "present": one.present,
                "place": place,
            }
            for place, one in enumerate(changed.members)
        ]
        if rows:
            await self._session.execute(insert(session_member), rows)

    async def _agenda(self, changed: Session) -> None:
        """What changed of the agenda. A row that an erasure deleted meanwhile is not written again."""
        before = self._items.get(changed.id, {})
        rows = self._rows(changed)
        known = [row for row in rows if row["study_id"] in before and row != before[row["study_id"]]]
        new = [row for row in rows if row["study_id"] not in before]
        await self._update_items(known)
        if not new:
            return
        try:
            await self._session.execute(insert(session_item), new)
        except IntegrityError as error:
            raise _refusal(error) from error

    async def _update_items(self, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        ids = ("session_id", "study_id")
        statement = update(session_item).where(*(session_item.c[name] == bindparam(f"of_{name}") for name in ids))
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name not in ids}
        given = [{f"of_{name}" if name in ids else f"new_{name}": value for name, value in row.items()} for row in rows]
        try:
            await self._session.execute(statement.values(**values).execution_options(synchronize_session=False), given)
        except IntegrityError as error:
            raise _refusal(error) from error

    async def _history(self, changed: Session) -> None:
        first = changed.version - len(changed.moves) + 1
        rows = [
            {
                "session_id": changed.id,
                "version": version,
                "verb": move.verb,
                "actor": move.actor,
                "at": move.at,
                "study_id": move.study_id,
                "detail": move.detail,
                "reason": token_of(move.reason, self._sealer) if move.reason else None,
            }
            for version, move in enumerate(changed.moves, first)
        ]
        await self._session.execute(insert(session_move), rows)
        changed.moves.clear()

    def _rows(self, one: Session) -> list[dict[str, Any]]:
        return [item_row(one.id, item, self._sealer) for item in one.items]

    def _row(self, one: Session) -> dict[str, Any]:
        names = ("id", "kind", "label", "quorum", "version")
        plan = {"at": one.plan.at, "place": one.plan.place, "territory": one.plan.territory}
        sealed = token_of(one.secretary, self._sealer)
        return {name: getattr(one, name) for name in names} | plan | {"state": one.state, "secretary": sealed}


def _refusal(error: IntegrityError) -> Exception:
    """The refusal of what a constraint holds; any other violation is a mistake of ours."""
    return AlreadyOnAgenda() if "one_live_session" in str(error.orig) else error
