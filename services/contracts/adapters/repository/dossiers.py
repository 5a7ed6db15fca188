"""Dossiers and households in PostgreSQL. Implements the port `Dossiers`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters import name_words
from services.contracts.adapters.repository import corrections, dossier_nirs, dossier_search, dossiers_by_hand
from services.contracts.adapters.repository.dossier_rows import (
    SELECT_DOSSIER,
    dossier_of,
    household_id,
    household_row_of,
    line_of,
    row_of,
)
from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import dossier as table
from services.contracts.adapters.tables import dossier_history, household
from services.contracts.application.ports import Choice, Filter, Judge, Named
from services.contracts.domain.dossiers.history import REGISTERED, Change, changes, facts
from services.contracts.domain.dossiers.household import Household, PersonKey
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.names import name_words as words_of_person
from services.contracts.domain.dossiers.nir import NirHash
from services.contracts.domain.dossiers.rules import DossierIsMerged, InArchive
from services.contracts.domain.moves import Act
from shared.audit.witness import loaded
from shared.kernel.errors import FieldProblem, NotFound, RaceLost

IN_ARCHIVE = dossier_search.IN_ARCHIVE
# A monthly file renews the sight of each person, even in February; the same one again the week after writes nothing.
SIGHT = timedelta(days=27)


class SqlDossiers:
    """The dossiers of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(
        self, dossier_id: UUID, *, locked: bool = False, archived: bool = False, judged: Judge | None = None
    ) -> Dossier:
        """The dossier, locked until the end of the transaction if asked for.

        Raises NotFound, DossierIsMerged, and InArchive for one that left the active base, unless `archived` ones are
        wanted too; first of all what `judged` raises: whoever may not know of the dossier learns nothing of its state.
        """
        query = SELECT_DOSSIER.add_columns(IN_ARCHIVE.label("in_archive")).where(table.c.id == dossier_id)
        if locked:
            query = query.with_for_update(of=table)
        row = (await self._session.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("Ce dossier n'existe pas, ou il n'est pas de votre territoire.")
        found = dossier_of(row)
        loaded(dossier=found)
        if judged is not None:
            judged(found)
        if row["in_archive"] and not archived:
            raise InArchive(
                "Ce dossier est archivé : le chef de service ou l'administrateur peut le remettre dans la base active, "
                "en donnant le motif."
            )
        if found.merged_into is not None:
            raise DossierIsMerged(
                "Ce dossier a été fusionné avec un autre, qui a maintenant ses CER et ses pièces : ouvrez celui-là.",
                [FieldProblem("merged_into", str(found.merged_into), "Le dossier qui reste.")],
            )
        return found

    async def some(self, dossier_ids: Sequence[UUID]) -> list[Dossier]:
        """Those of these dossiers that are kept, merged ones too."""
        return await self._in_order(list(dict.fromkeys(dossier_ids)))

    async def add(self, dossiers: Sequence[Dossier]) -> None:
        """Stores dossiers for the first time, and their households where they are new."""
        if not dossiers:
            return
        homes = {one.household: household_row_of(one.household) for one in dossiers}
        await self._session.execute(
            postgresql.insert(household).on_conflict_do_nothing(index_elements=["id"]), list(homes.values())
        )
        await self._session.execute(insert(table), [{**row_of(one), "version": 1} for one in dossiers])
        for one in dossiers:
            one.version = 1
        await self._write_history(dossiers, first=True)
        await self._keep_words(dossiers)

    async def save(self, dossier: Dossier) -> None:
        """Stores one change, and the household where it is new. Raises RaceLost."""
        await self._keep_household(dossier)
        try:
            await update_version(self._session, table, row_of(dossier), dossier.version)
        except IntegrityError as taken:
            raise RaceLost("Ce foyer a déjà un dossier pour cette personne : rechargez, puis vérifiez.") from taken
        dossier.version += 1
        left = name_words.left(dossier)
        await self._write_history([dossier])
        await self._keep_words([dossier])
        await name_words.forget(self._session, left)

    async def history(self, dossier_id: UUID, after: int, limit: int) -> list[tuple[int, Change]]:
        """The changes of a dossier with their places, newest first, from the one before the place `after`."""
        parts = select(table.c.id).where(or_(table.c.id == dossier_id, table.c.merged_into == dossier_id))
        query = select(dossier_history).where(dossier_history.c.dossier_id.in_(parts))
        if after:
            query = query.where(dossier_history.c.id < after)
        rows = await self._session.execute(query.order_by(dossier_history.c.id.desc()).limit(limit))
        return [
            (row["id"], Change(row["field"], row["before"], row["after"], Act(row["actor"], row["at"])))
            for row in rows.mappings()
        ]

    async def seen(self, dossier_ids: Iterable[UUID], at: datetime) -> None:
        """A file names these persons at this moment, and says nothing new: kept to the month, as no new version.

        A dossier that somebody is writing just now is left to them: their change is an event of its own.
        """
        due = (
            select(table.c.id)
            .where(table.c.id.in_(set(dossier_ids)), or_(table.c.seen_at.is_(None), table.c.seen_at < at - SIGHT))
            .with_for_update(key_share=True, skip_locked=True)
        )
        await self._session.execute(update(table).where(table.c.id.in_(due)).values(seen_at=at))

    async def of_households(self, households: Sequence[Household]) -> Mapping[Household, list[Dossier]]:
        """The dossiers known of these households, merged ones too."""
        found: dict[Household, list[Dossier]] = {home: [] for home in households}
        query = SELECT_DOSSIER.where(table.c.household_id.in_([household_id(home) for home in households]))
        for row in (await self._session.execute(query)).mappings():
            known = dossier_of(row)
            found[known.household].append(known)
        return found

    async def recall_corrections(self, dossiers: Sequence[Dossier]) -> None:
        """Fills in what agents corrected in them, and what was known before."""
        await corrections.recall(self._session, dossiers)

    async def of_matricules(self, matricules: Sequence[str]) -> Mapping[str, list[Dossier]]:
        """The dossiers known under these matricules, merged ones too, whatever the organisme."""
        found: dict[str, list[Dossier]] = {matricule: [] for matricule in matricules}
        query = SELECT_DOSSIER.where(household.c.matricule.in_(list(found)))
        for row in (await self._session.execute(query)).mappings():
            found[row["matricule"]].append(dossier_of(row))
        return found

    async def absorbing(self, dossier_ids: Iterable[UUID]) -> set[UUID]:
        """Those of these dossiers into which another was merged."""
        query = select(table.c.merged_into).where(table.c.merged_into.in_(set(dossier_ids)))
        return set((await self._session.execute(query)).scalars())

    async def made_by_hand(self, keys: Iterable[PersonKey]) -> dict[PersonKey, list[UUID]]:
        """The dossiers without a matricule of persons of these names and birth dates, the oldest first."""
        return await dossiers_by_hand.of_persons(self._session, keys)

    async def of_nirs(self, hashes: Sequence[NirHash]) -> dict[NirHash, list[UUID]]:
        """The dossiers that have these NIRs, merged ones left out."""
        return await dossier_nirs.owners(self._session, hashes)

    async def keep_nirs(self, hashes: Mapping[UUID, NirHash]) -> None:
        """Remembers by what NIR each of these dossiers is known. Not a change that is told: it has no version."""
        await dossier_nirs.keep(self._session, hashes)

    async def page(self, wanted: Filter, after: UUID | None, limit: int) -> list[Dossier]:
        """Dossiers by name, from the one after `after`. Raises Invalid when there is no such dossier."""
        return await self._in_order(await dossier_search.page(self._session, wanted, after, limit))

    async def first_named(self, wanted: Filter, limit: int) -> list[Named]:
        """The head of the list by name. Raises Invalid."""
        return await dossier_search.first_named(self._session, wanted, limit)

    async def with_words(self, choices: Sequence[Choice], wanted: Filter, limit: int) -> list[Named]:
        """Dossiers whose names have a word of each choice, by name; at most `limit` of the first thousands met."""
        return await dossier_search.with_words(self._session, choices, wanted, limit)

    async def spelt_like(self, word: str) -> list[str]:
        """Words of kept names that are spelt nearly so."""
        return await dossier_search.spelt_like(self._session, word)

    async def is_shared(self, number: str, besides: UUID) -> bool:
        """Whether the number stands in another dossier too."""
        other = exists().where(table.c.telephone == number, table.c.id != besides, table.c.merged_into.is_(None))
        return bool(await self._session.scalar(select(other)))

    async def _keep_household(self, dossier: Dossier) -> None:
        row = household_row_of(dossier.household)
        if any(dossier.former.get(name) != value for name, value in row.items() if name != "id"):
            await self._session.execute(postgresql.insert(household).on_conflict_do_nothing(), row)

    async def _in_order(self, ids: Sequence[UUID]) -> list[Dossier]:
        rows = (await self._session.execute(SELECT_DOSSIER.where(table.c.id.in_(ids)))).mappings()
        known = {row["id"]: dossier_of(row) for row in rows}
        return [known[one] for one in ids if one in known]

    async def _write_history(self, dossiers: Sequence[Dossier], *, first: bool = False) -> None:
        lines = []
        for one in dossiers:
            now = facts(one)
            if one.act is not None:
                done = [Change(REGISTERED, None, None, one.act)] if first else changes(one.former, now, one.act)
                lines += [line_of(one, change) for change in done]
            one.former = now
        if lines:
            await self._session.execute(insert(dossier_history), lines)

    async def _keep_words(self, dossiers: Iterable[Dossier]) -> None:
        living = (one for one in dossiers if one.merged_into is None)
        await name_words.keep(self._session, (word for one in living for word in words_of_person(one.person)))
