"""The legal texts that contracts told, in PostgreSQL. Implements the port `LegalTexts`."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.adapters.tables import legal_text
from services.documents.domain.texts import Texts, Wording


class SqlLegalTexts:
    """The texts of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, key: str, wording: Wording) -> bool:
        """Keeps a version; False when it is known already: a version never changes."""
        added = insert(legal_text).values(
            key=key, version=wording.version, effect=wording.effect, paragraphs=list(wording.paragraphs)
        )
        kept = await self._session.execute(added.on_conflict_do_nothing().returning(legal_text.c.version))
        return kept.first() is not None

    async def known(self) -> Texts:
        """All versions, those shipped included: some dozens of rows in the life of a département."""
        told: dict[str, list[Wording]] = {}
        for row in (await self._session.execute(select(legal_text))).mappings():
            wording = Wording(row["version"], row["effect"], tuple(row["paragraphs"]))
            told.setdefault(row["key"], []).append(wording)
        return Texts(told)
