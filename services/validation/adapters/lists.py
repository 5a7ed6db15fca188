"""The lists that contracts told, in PostgreSQL. Implements the port `Lists`."""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.tables import kept_list, study
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
