"""Deletes what messaging no longer needs, a little at a time."""

import asyncio

from sqlalchemy import text

from shared.database.engine import Database

# Published rows can rebuild a lost cluster, whose topics keep 7 days; inbox rows outlive any redelivery or replay.
_PURGES = (
    text(
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox "
        "WHERE published_at < now() - interval '8 days' ORDER BY id LIMIT 5000)"
    ),
    text(
        "DELETE FROM inbox WHERE (consumer, event_id) IN (SELECT consumer, event_id FROM inbox "
        "WHERE processed_at < now() - interval '15 days' AND ending IS DISTINCT FROM 'waiting' LIMIT 5000)"
    ),
    text("DELETE FROM parked_event WHERE resolved_at < now() - interval '90 days'"),
    text("DELETE FROM idempotency_key WHERE created_at < now() - interval '1 day'"),
    text(
        "DELETE FROM work WHERE id IN (SELECT id FROM work "
        "WHERE status = 'done' AND finished_at < now() - interval '15 days' LIMIT 5000)"
    ),
)
EVERY_SECONDS = 600.0


class Housekeeping:
    """`run` until cancelled."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Purges every ten minutes."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.purge()

    async def purge(self) -> None:
        """One round of each purge."""
        for statement in _PURGES:
            async with self._database.begin() as uow:
                await uow.session.execute(statement)
