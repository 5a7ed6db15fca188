"""Who has which study in charge."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.validation.domain.charge import Charge
from shared.database.unit_of_work import UnitOfWork


class Charges(Protocol):
    """The charges of one transaction; the study is locked by who changes them."""

    async def held(self, study_id: UUID) -> Charge | None:
        """Who has the study in charge."""
        ...

    async def begin(self, charge: Charge) -> None:
        """Stores a charge. Raises RaceLost when the study has another."""
        ...

    async def end(self, charge: Charge, by: str, at: datetime) -> None:
        """Ends it, and keeps by whom and when."""
        ...


ChargesOf = Callable[[UnitOfWork], Charges]
