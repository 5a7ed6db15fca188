"""The lists that contracts told, in PostgreSQL. Implements the port `Lists`."""

from collections.abc import Sequence

from sqlalchemy import Text, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.tables import kept_list, kept_territory, study
from services.validation.domain.lists import KeptList, ListName
from services.validation.domain.states import UNDER_STUDY
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
        values = {"version": told.version, "entries": [entry.model_dump(mode="json") for entry in told.entries]}
        first = insert(kept_list).values(id=told.name.value, **values)
        kept = first.on_conflict_do_update(
            index_elements=["id"], set_=values, where=kept_list.c.version < first.excluded.version
        )
        return (await self._session.execute(kept.returning(kept_list.c.id))).first() is not None

    async def rank(self, priorities: KeptList) -> None:
        """Gives the studies that wait the ranks of this list."""
        for code, rank in priorities.ranks().items():
            behind = (study.c.priority == code, study.c.priority_rank != rank)
            await self._session.execute(
                update(study).where(study.c.state.in_(sorted(UNDER_STUDY)), *behind).values(priority_rank=rank)
            )

    async def keep_territory(self, code: str, version: int) -> bool:
        """Keeps that there is such a territory, open or closed; False when that is known as well."""
        first = insert(kept_territory).values(code=code, version=version)
        kept = first.on_conflict_do_update(
            index_elements=["code"],
            set_={"version": version},
            where=kept_territory.c.version < first.excluded.version,
        )
        return (await self._session.execute(kept.returning(kept_territory.c.code))).first() is not None

    async def territories(self, among: Sequence[str]) -> frozenset[str]:
        """The territories that contracts told, and those of these codes that a study has."""
        codes = func.unnest(literal(list(among), ARRAY(Text)), type_=Text).column_valued("code")
        held = select(codes).where(exists().where(study.c.territory == codes))
        known = select(kept_territory.c.code).union(held)
        return frozenset((await self._session.execute(known)).scalars())
