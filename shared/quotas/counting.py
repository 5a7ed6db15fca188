"""Takes from a day's count, or does not: one statement, whatever else is counted at the same moment."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.quotas.tables import quota


class Quotas:
    """The counts, on a session: a refusal that rolls back gives back what was taken before it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def use(self, scope: str, key: str, day: date, limit: int, units: int = 1) -> bool:
        """Takes from the day's count of this key; False where the limit would be passed."""
        if units > limit:
            return False
        first = insert(quota).values(scope=scope, key=key, day=day, used=units)
        taken = await self._session.execute(
            first.on_conflict_do_update(
                index_elements=["scope", "key", "day"],
                set_={"used": quota.c.used + units},
                where=quota.c.used + units <= limit,
            ).returning(quota.c.used)
        )
        return taken.first() is not None
