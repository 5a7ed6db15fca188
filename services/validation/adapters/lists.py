"""The lists that contracts told, in PostgreSQL. Implements the port `Lists`."""

from collections.abc import Sequence

from sqlalchemy import Text, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.tables import kept_list, kept_territory, study
from services.validation.domain.lists import KeptList, ListName
from services.validation.domain.states import UNDER_STUDY
from shared.database.newest import keep_newest
from shared.events.reference import ListEntry


class SqlLists:
    """The lists of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, name: ListName) -> KeptList:
        """A list as it was told last; without entries when nothing is known of it."""
        row = (await self._session.execute(select(kept_list).where(kept_list.c.id == name.value))).mappings().first()
        if row is None:
            return KeptList(name)
        return KeptList(name, row["version"], tuple(ListEntry.model_validate(one) for one in row["entries"]))

    async def keep(self, told: KeptList) -> bool:
        """Keeps a list; False when the one that is here is as new."""
        entries = [entry.model_dump(mode="json") for entry in told.entries]
        row = {"id": told.name.value, "version": told.version, "entries": entries}
        return await keep_newest(self._session, kept_list, row)

    async def rank(self, priorities: KeptList) -> None:
        """Gives the studies that wait the ranks of this list."""
        for code, rank in priorities.ranks().items():
            behind = (study.c.priority == code, study.c.priority_rank != rank)
            await self._session.execute(
                update(study).where(study.c.state.in_(sorted(UNDER_STUDY)), *behind).values(priority_rank=rank)
            )

    async def keep_territory(self, code: str, version: int) -> bool:
        """Keeps that there is such a territory, open or closed; False when that is known as well."""
        return await keep_newest(self._session, kept_territory, {"code": code, "version": version})

    async def territories(self, among: Sequence[str]) -> frozenset[str]:
        """The territories that contracts told, and those of these codes that a study has."""
        codes = func.unnest(literal(list(among), ARRAY(Text)), type_=Text).column_valued("code")
        held = select(codes).where(exists().where(study.c.territory == codes))
        known = select(kept_territory.c.code).union(held)
        return frozenset((await self._session.execute(known)).scalars())
