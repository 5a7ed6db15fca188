"""Studies that wait for too long."""

from collections.abc import Callable
from typing import Protocol

from services.validation.domain.ageing import Ageing
from shared.database.unit_of_work import UnitOfWork
from shared.events.validation import StudyAgeing


class Alerts(Protocol):
    """What was told of late studies, in one transaction."""

    async def raise_new(self, ageing: Ageing, limit: int) -> list[StudyAgeing]:
        """Notes the late studies of which nothing was told since they came to their state, and what to tell of them.

        Whoever does it at the same time gets others: one stay in a state is told once.
        """
        ...


AlertsOf = Callable[[UnitOfWork], Alerts]
