"""What an operator can do with parked events: list, replay in order, drop on the record."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.engine import Database
from shared.kernel.errors import NotFound, Refusal
from shared.messaging import inbox_rows
from shared.messaging.consumer import Consumer
from shared.messaging.delivery import Delivery
from shared.messaging.inbox import HEADER_NOT_UTF8, Inbox, Park
from shared.messaging.tables import parked_event

_OPEN = parked_event.c.resolved_at.is_(None)


class NotFirst(Refusal):
    """An earlier event of the same aggregate is still parked."""

    code = "parked-not-first"
    title = "Un événement antérieur attend encore"


class StillFails(Refusal):
    """The event was replayed and parked again."""

    code = "parked-still-fails"
    title = "L'événement échoue encore"


async def list_parked(database: Database, *, with_resolved: bool = False) -> list[dict[str, Any]]:
    """Parked events, oldest first, without their content."""
    columns = [column for column in parked_event.c if column.name not in {"value", "headers", "key"}]
    statement = select(*columns).order_by(parked_event.c.id)
    async with database.read() as session:
        rows = await session.execute(statement if with_resolved else statement.where(_OPEN))
        return [dict(row) for row in rows.mappings()]


class ParkingLot:
    """Replays and drops for the consumers of one service."""

    def __init__(self, database: Database, consumers: list[Consumer]) -> None:
        self._database = database
        self._inboxes: dict[str, Inbox] = {consumer.name: consumer.inbox for consumer in consumers}

    async def replay(self, parked_id: int) -> None:
        """Tries the event again in one transaction. Raises NotFound, NotFirst, StillFails."""
        try:
            async with self._database.begin() as uow:
                row = await self._take(uow.session, parked_id)
                inbox = self._inboxes[row["consumer"]]
                reaction = inbox.reaction_to(row["type"])
                heeds = reaction is None or not reaction.even_erased
                if heeds and await inbox_rows.is_erased(uow.session, row["key"]):
                    await _forget(uow.session, parked_id)
                    return
                if reaction is None:
                    raise StillFails(f"Aucune réaction ne correspond au type « {row['type']} » : abandonnez-le.")
                if row["code"] == HEADER_NOT_UTF8:
                    # What was stored of such a header is not what came: the event cannot be trusted as it stands.
                    raise StillFails(f"L'en-tête {row['reason']} est illisible : abandonnez l'événement.")
                ending = await inbox.react(reaction, _delivery(row), uow)
                if ending is not None and row["event_id"] is not None:
                    await inbox_rows.note(uow.session, row["consumer"], row["event_id"], ending)
                await _resolve(uow.session, parked_id, "replayed")
        except Park as park:
            async with self._database.begin() as uow:
                await uow.session.execute(
                    update(parked_event)
                    .where(parked_event.c.id == parked_id)
                    .values(attempts=parked_event.c.attempts + 1, code=park.reason.code, reason=park.reason.detail)
                )
            raise StillFails(f"{park.reason.code} : {park.reason.detail}") from park
        except DBAPIError as error:
            # Its message repeats the values.
            raise StillFails(f"La base de données l'a refusé ({type(error.orig).__name__}).") from None

    async def replay_all(self) -> tuple[int, int]:
        """Replays every open event in order; tells how many passed and how many failed again.

        As long as some pass it looks again: an event that arrived during the replay of the one before it was parked.
        """
        passed = 0
        while True:
            failed, passed_now = 0, 0
            for row in await list_parked(self._database):
                try:
                    await self.replay(row["id"])
                except Refusal:
                    failed += 1
                else:
                    passed_now += 1
            passed += passed_now
            if not passed_now:
                return passed, failed

    async def drop(self, parked_id: int) -> None:
        """Gives the event up, on the record. Raises NotFound, NotFirst."""
        async with self._database.begin() as uow:
            await self._take(uow.session, parked_id)
            await _resolve(uow.session, parked_id, "dropped")

    async def _take(self, session: AsyncSession, parked_id: int) -> dict[str, Any]:
        """Locks the row, and makes sure that it is the first of its key when order counts."""
        statement = select(parked_event).where(parked_event.c.id == parked_id, _OPEN).with_for_update()
        found = (await session.execute(statement)).mappings().first()
        if found is None:
            raise NotFound(f"Aucun événement en attente ne porte le numéro {parked_id} dans ce service.")
        row = dict(found)
        if row["ordered"]:
            first = await session.scalar(
                select(func.min(parked_event.c.id)).where(
                    _OPEN,
                    parked_event.c.ordered,
                    parked_event.c.consumer == row["consumer"],
                    parked_event.c.topic == row["topic"],
                    parked_event.c.key == row["key"],
                )
            )
            if first != parked_id:
                raise NotFirst(f"Traitez d'abord l'événement {first}, qui concerne le même dossier ou CER.")
        return row


async def _resolve(session: AsyncSession, parked_id: int, resolution: str) -> None:
    await session.execute(
        update(parked_event)
        .where(parked_event.c.id == parked_id)
        .values(resolved_at=datetime.now(UTC), resolution=resolution)
    )


async def _forget(session: AsyncSession, parked_id: int) -> None:
    """The person was erased while the event was being parked or replayed: nothing of it stays."""
    await session.execute(delete(parked_event).where(parked_event.c.id == parked_id))


def _delivery(row: dict[str, Any]) -> Delivery:
    return Delivery(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["kafka_offset"],
        timestamp_ms=0,
        key=row["key"],
        headers=row["headers"],
        bad_headers=(),
        value=row["value"],
    )
