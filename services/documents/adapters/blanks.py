"""Territories and the CERs vierges that they keep, in PostgreSQL. Implements the port `Blanks`."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, Select, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.adapters.tables import blank_file, blank_serial
from services.documents.adapters.tables import territory as table
from services.documents.domain.blank import BlankFile, Territory, UnknownTerritory
from shared.database.newest import keep_newest
from shared.events.files import FileRef
from shared.kernel.serial import Serial


class SqlBlanks:
    """The territories of one transaction, and what they keep."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def know(self, territory: Territory) -> bool:
        """Keeps what contracts told of a territory; False when something later was told already."""
        return await keep_newest(self._session, table, vars(territory))

    async def open(self) -> list[tuple[Territory, BlankFile | None]]:
        """The territories that are not closed, and what each keeps."""
        return [_pair(row) for row in (await self._session.execute(_open().order_by(table.c.code))).mappings()]

    async def of(self, code: str) -> tuple[Territory, BlankFile | None]:
        """An open territory, and what it keeps. Raises UnknownTerritory."""
        row = (await self._session.execute(_open().where(table.c.code == code))).mappings().one_or_none()
        if row is None:
            raise UnknownTerritory("Aucun territoire ouvert ne porte ce code : vérifiez-le dans la liste.")
        return _pair(row)

    async def keep(self, made: BlankFile, serials: Sequence[Serial]) -> None:
        """Keeps a territory's file in place of the one before. IntegrityError when a serial exists: make it anew."""
        await self.issue(serials, made.territory)
        document = made.document
        row = {name: value for name, value in vars(made).items() if name != "document"} | document.model_dump()
        told = upsert(blank_file).values(row)
        await self._session.execute(
            told.on_conflict_do_update(
                index_elements=[blank_file.c.territory], set_={name: told.excluded[name] for name in row}
            )
        )

    async def issue(self, serials: Sequence[Serial], territory: str) -> None:
        """Remembers that these serials stand on copies of this territory. IntegrityError when one exists already."""
        rows = [{"serial": str(serial), "territory": territory} for serial in serials]
        await self._session.execute(insert(blank_serial), rows)


def _open() -> Select[tuple[object, ...]]:
    return (
        select(table, *(column.label(f"kept_{column.name}") for column in blank_file.c))
        .select_from(table.outerjoin(blank_file, blank_file.c.territory == table.c.code))
        .where(table.c.active)
    )


def _pair(row: RowMapping) -> tuple[Territory, BlankFile | None]:
    territory = Territory(row["code"], row["label"], row["active"], row["version"])
    if row["kept_wanted"] is None:
        return territory, None
    document = FileRef(uri=row["kept_uri"], sha256=row["kept_sha256"], size=row["kept_size"])
    facts = {name: row[f"kept_{name}"] for name in ("territory", "wanted", "copies", "pages", "made_at")}
    return territory, BlankFile(document=document, **facts)
