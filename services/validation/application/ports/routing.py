"""The book of routing rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.validation.domain.routing.model import RuleBook
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Edition:
    """A version of the book, who made it and when (UTC)."""

    book: RuleBook
    by: str
    at: datetime


class RuleBooks(Protocol):
    """The versions of the book; none is ever changed or taken away."""

    async def current(self) -> RuleBook:
        """The last version."""
        ...

    async def add(self, edition: Edition) -> None:
        """Stores the next version. Raises RaceLost when it is there already."""
        ...

    async def editions(self, before: int | None, limit: int) -> list[Edition]:
        """The versions, the last first, from below this one."""
        ...


RuleBooksOf = Callable[[UnitOfWork], RuleBooks]
