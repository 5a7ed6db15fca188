"""The ledger of erasures, and the deletion of a person. Implements the port `Erasures`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.holdings import HOLDINGS
from services.contracts.adapters.tables import cer, dossier, erasure, erasure_answer, household
from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import State
from services.contracts.domain.erasures.model import ASKED, Answer, Erasure, Ground
from services.contracts.domain.erasures.rules import Standing
from shared.erasure import rows
from shared.erasure.files import Order, order_files, ordered
from shared.erasure.holdings import Person


class SqlErasures:
    """The erasures of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_dossier(self, dossier_id: UUID) -> Erasure | None:
        """The erasure of a dossier, if there was one."""
        found = await self._session.execute(select(erasure).where(erasure.c.dossier_id == dossier_id))
        lines = await self._with_answers(found.mappings().all())
        return lines[0] if lines else None

    async def page(self, after: int, limit: int, *, unanswered: bool) -> list[Erasure]:
        """The ledger by number, from the one after `after`."""
        query = select(erasure).where(erasure.c.number > after).order_by(erasure.c.number).limit(limit)
        if unanswered:
            query = query.where(_answers_missing())
        return await self._with_answers((await self._session.execute(query)).mappings().all())

    async def oldest_unanswered(self) -> datetime | None:
        """When the oldest erasure that a service has not answered was made."""
        oldest: datetime | None = await self._session.scalar(
            select(func.min(erasure.c.erased_at)).where(_answers_missing())
        )
        return oldest

    async def shut(self, dossier_id: UUID) -> list[Standing]:
        """Keeps events and commands about the person out until the end; where their CERs stand."""
        await rows.lock(self._session, await self._person(dossier_id))
        query = select(cer.c.numero, cer.c.state, cer.c.signing).where(cer.c.dossier_id == dossier_id)
        found = await self._session.execute(query.with_for_update())
        return [Standing(row.numero, State(row.state), SigningState(row.signing)) for row in found]

    async def absorbed(self, dossier_id: UUID) -> list[tuple[UUID, int]]:
        """The dossiers that were merged into this one, each with its version: they are the same person."""
        parts = (
            select(dossier.c.id, dossier.c.version).where(dossier.c.merged_into == dossier_id).order_by(dossier.c.id)
        )
        return [(row.id, row.version) for row in await self._session.execute(parts.with_for_update())]

    async def counted(self, dossier_id: UUID) -> tuple[dict[str, int], int]:
        """The rows that would go, by table, and the files."""
        person = await self._person(dossier_id)
        files = await HOLDINGS.files(self._session, person)
        return await rows.count(self._session, person, HOLDINGS), len(files.uris)

    async def erase(self, dossier_id: UUID, version: int, ground: Ground, by: str, at: datetime) -> Erasure:
        """Deletes all that is here, and writes the ledger; `version` is that of the telling."""
        person = await self._person(dossier_id)
        home = await self._session.scalar(select(dossier.c.household_id).where(dossier.c.id == dossier_id))
        files = await HOLDINGS.files(self._session, person)
        gone = await rows.forget(self._session, person, HOLDINGS, at)
        await self._leave(home)
        line = {
            "dossier_id": dossier_id,
            "cer_ids": list(person.cer_ids),
            "ground": ground.value,
            "asked_by": by,
            "erased_at": at,
            "version": version,
        }
        number = await self._session.scalar(insert(erasure).values(**line).returning(erasure.c.number))
        order = Order(dossier_id=dossier_id, number=number, version=version, rows=rows.total(gone))
        await order_files(self._session, ordered(order, files))
        return Erasure(number, dossier_id, person.cer_ids, ground, by, at, version, {})

    async def answered(self, number: int, service: str, answer: Answer) -> bool:
        """Records an answer; False when the ledger has no such number."""
        if await self._session.scalar(select(erasure.c.number).where(erasure.c.number == number)) is None:
            return False
        values = {
            "version": answer.version,
            "answered_at": answer.answered_at,
            "rows": answer.rows,
            "files": answer.files,
        }
        first = postgresql.insert(erasure_answer).values(number=number, service=service, **values)
        await self._session.execute(
            first.on_conflict_do_update(
                index_elements=["number", "service"], set_=values, where=erasure_answer.c.version < answer.version
            )
        )
        return True

    async def retold(self, numbers: Sequence[int]) -> list[Erasure]:
        """These lines, each at its next version."""
        again = update(erasure).where(erasure.c.number.in_(numbers)).values(version=erasure.c.version + 1)
        found = await self._session.execute(again.returning(*erasure.c))
        return await self._with_answers(sorted(found.mappings().all(), key=lambda row: row["number"]))

    async def _person(self, dossier_id: UUID) -> Person:
        found = await self._session.scalars(select(cer.c.id).where(cer.c.dossier_id == dossier_id))
        return Person(dossier_id, tuple(sorted(found.all())))

    async def _leave(self, home: UUID | None) -> None:
        """The household goes with its last person. The lock waits for an import that adds somebody to it."""
        await self._session.execute(select(household.c.id).where(household.c.id == home).with_for_update())
        empty = ~exists().where(dossier.c.household_id == household.c.id)
        await self._session.execute(delete(household).where(household.c.id == home, empty))

    async def _with_answers(self, found: Sequence[RowMapping]) -> list[Erasure]:
        numbers = [row["number"] for row in found]
        query = select(erasure_answer).where(erasure_answer.c.number.in_(numbers))
        answers = (await self._session.execute(query)).mappings().all() if numbers else []
        return [_erasure(row, (one for one in answers if one["number"] == row["number"])) for row in found]


def _answers_missing() -> Any:
    """Fewer services than were asked have answered the last telling."""
    answered = (
        select(func.count())
        .where(erasure_answer.c.number == erasure.c.number, erasure_answer.c.version >= erasure.c.version)
        .scalar_subquery()
    )
    return answered < len(ASKED)


def _erasure(row: RowMapping, answers: Iterable[RowMapping]) -> Erasure:
    return Erasure(
        number=row["number"],
        dossier_id=row["dossier_id"],
        cer_ids=tuple(row["cer_ids"]),
        ground=Ground(row["ground"]),
        asked_by=row["asked_by"],
        erased_at=row["erased_at"],
        version=row["version"],
        answers={
            one["service"]: Answer(one["answered_at"], one["version"], one["rows"], one["files"]) for one in answers
        },
    )
