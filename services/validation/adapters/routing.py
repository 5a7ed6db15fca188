"""The book of routing rules in PostgreSQL: a row for each version. Implements the port `RuleBooks`."""

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.tables import rule_book
from services.validation.application.ports.routing import Edition
from services.validation.domain.routing.model import Rule, RuleBook
from shared.kernel.errors import RaceLost

_RULES: TypeAdapter[tuple[Rule, ...]] = TypeAdapter(tuple[Rule, ...])


class SqlRuleBooks:
    """The versions that one transaction sees."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def current(self) -> RuleBook:
        """The last version; an empty book before the first."""
        found = await self.editions(None, 1)
        return found[0].book if found else RuleBook()

    async def add(self, edition: Edition) -> None:
        """Stores the next version. Raises RaceLost when it is there already."""
        book = edition.book
        row = insert(rule_book).values(
            version=book.version, rules=_RULES.dump_python(book.rules, mode="json"), by=edition.by, at=edition.at
        )
        stored = await self._session.execute(row.on_conflict_do_nothing().returning(rule_book.c.version))
        if stored.first() is None:
            raise RaceLost("Les règles viennent d'être changées par quelqu'un d'autre : rechargez-les.")

    async def editions(self, before: int | None, limit: int) -> list[Edition]:
        """The versions, the last first, from below this one."""
        query = select(rule_book).order_by(rule_book.c.version.desc()).limit(limit)
        if before is not None:
            query = query.where(rule_book.c.version < before)
        return [_edition(row) for row in (await self._session.execute(query)).mappings()]


def _edition(row: RowMapping) -> Edition:
    return Edition(RuleBook(_RULES.validate_python(row["rules"], strict=False), row["version"]), row["by"], row["at"])
