"""Lists, dated texts and territories in PostgreSQL. Implements the port `ReferenceBooks`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.reference_rows import (
    entries_of,
    entry_row,
    list_of,
    territory_of,
    territory_row,
    texts_of,
    wording_row,
)
from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import (
    agent,
    cer,
    dated_text,
    dossier,
    list_entry,
    reference_change,
    reference_list,
    reference_stamp,
)
from services.contracts.adapters.tables import territory as territory_table
from services.contracts.application.ports.reference import PastChange
from services.contracts.domain.moves import Act
from services.contracts.domain.reference.lists import Change, ListName, ReferenceList, Uses
from services.contracts.domain.reference.rules import EntryInUse, UnknownText
from services.contracts.domain.reference.snapshot import Reference
from services.contracts.domain.reference.territories import Territory
from services.contracts.domain.reference.texts import DatedText, Family, LegalText
from shared.kernel.errors import RaceLost

# What each database said last, and the stamp under which it was read: kept by engine, so it ends with it.
_kept: WeakKeyDictionary[Engine, tuple[UUID, Reference]] = WeakKeyDictionary()

_OVERTAKEN = "Quelqu'un l'a modifié entre-temps : rechargez, puis reprenez votre saisie."


class SqlReferenceBooks:
    """The lists, texts and territories of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._current: Reference | None = None

    async def current(self) -> Reference:
        """Lists and legal texts as committed; read anew only when something changed since.

        The stamp is read before the rest: what is kept is never older than its stamp says. A transaction that changes
        lists or texts does not come here, so that nothing uncommitted is kept.
        """
        if self._current is None:
            engine = self._session.get_bind().engine
            stamp = (await self._session.execute(select(reference_stamp.c.stamp))).scalar_one()
            kept = _kept.get(engine)
            if kept is None or kept[0] != stamp:
                kept = (stamp, await self._read())
                _kept[engine] = kept
            self._current = kept[1]
        return self._current

    async def note_uses(self, codes: set[tuple[ListName, str]]) -> None:
        """Marks codes that no CER held before: they can no longer be removed. Raises RaceLost for one just removed.

        One query for each code in the life of a département, none afterwards.
        """
        lists = (await self.current()).lists if codes else {}
        fresh = sorted((name, code) for name, code in codes if not ((one := lists[name].find(code)) and one.used))
        for name, code in fresh:
            entry = (list_entry.c.list == name.value, list_entry.c.code == code)
            marked = update(list_entry).where(*entry).values(used=True).returning(list_entry.c.code)
            if (await self._session.execute(marked)).first() is None:
                raise RaceLost("L'administrateur vient de retirer un choix de la liste : rechargez, puis reprenez.")
        if fresh:
            await self._stamp()

    async def lists(self) -> list[ReferenceList]:
        """All lists, read from the database."""
        versions = (await self._session.execute(select(reference_list))).mappings()
        entries = entries_of((await self._session.execute(_entries())).mappings())
        found = {row["id"]: list_of(row, entries.get(row["id"], [])) for row in versions}
        return [found[name.value] for name in ListName]

    async def list(self, name: ListName) -> ReferenceList:
        """A list, read from the database."""
        one = reference_list.c.id == name.value
        row = (await self._session.execute(select(reference_list).where(one))).mappings().one()
        rows = (await self._session.execute(_entries().where(list_entry.c.list == name.value))).mappings()
        return list_of(row, entries_of(rows).get(name.value, []))

    async def save_list(self, changed: ReferenceList, change: Change, act: Act) -> int:
        """Stores the next version of a list, and its history; says its number. Raises RaceLost, EntryInUse."""
        await update_version(self._session, reference_list, {"id": changed.name.value}, changed.version)
        if change.verb == "remove":
            await self._delete(changed.name, change.code or "")
        if changed.entries:
            upsert = insert(list_entry)
            columns = ("position", "labels", "usable_from", "usable_until", "rank")
            kept = {column: upsert.excluded[column] for column in columns}
            rows = [entry_row(changed.name, place, entry) for place, entry in enumerate(changed.entries)]
            await self._session.execute(
                upsert.values(rows).on_conflict_do_update(index_elements=["list", "code"], set_=kept)
            )
        await self._write_change("list", changed.name.value, changed.version + 1, change, act)
        await self._stamp()
        return changed.version + 1

    async def list_history(self, name: ListName) -> Sequence[PastChange]:
        """What was done to a list, oldest first."""
        return await self._history("list", name.value)

    async def uses(self, name: ListName, code: str) -> Uses:
        """Where a code is held now; reads every CER, for the rare removal of an entry."""
        held = {
            ListName.THEMES: cer.c.texts.contains({"objectives": [{"theme": code}]}),
            ListName.DIAGNOSTICS: cer.c.texts.contains({"objectives": [{"diagnostics": [code]}]}),
            ListName.REQUESTS: cer.c.requests.contains([code]),
            ListName.PRIORITIES: cer.c.priority == code,
        }
        if name not in held:
            return Uses(0)
        return Uses(await self._session.scalar(select(func.count()).select_from(cer).where(held[name])) or 0)

    async def texts(self, family: Family) -> Sequence[DatedText]:
        """The texts of a family, with all their versions, by key."""
        rows = await self._session.execute(_wordings().where(dated_text.c.family == family.value))
        return texts_of(rows.mappings())

    async def text(self, key: str) -> DatedText:
        """A text with all its versions. Raises UnknownText."""
        found = texts_of((await self._session.execute(_wordings().where(dated_text.c.key == key))).mappings())
        if not found:
            raise UnknownText("Aucun texte n'a cette clé.")
        return found[0]

    async def add_wording(self, text: DatedText) -> None:
        """Stores the last version of a text. Raises RaceLost."""
        added = insert(dated_text).values(**wording_row(text)).on_conflict_do_nothing().returning(dated_text.c.key)
        if (await self._session.execute(added)).first() is None:
            raise RaceLost(_OVERTAKEN)
        await self._stamp()

    async def territories(self) -> Sequence[Territory]:
        """All territories, by code."""
        rows = (await self._session.execute(select(territory_table).order_by(territory_table.c.id))).mappings()
        return [territory_of(row) for row in rows]

    async def territory(self, code: str) -> Territory | None:
        """A territory."""
        one = select(territory_table).where(territory_table.c.id == code)
        row = (await self._session.execute(one)).mappings().one_or_none()
        return territory_of(row) if row is not None else None

    async def save_territory(self, changed: Territory, change: Change, act: Act) -> int:
        """Stores a territory, new or changed, and its history; says its version. Raises RaceLost."""
        row, version = territory_row(changed), changed.version + 1
        if changed.version:
            await update_version(self._session, territory_table, row, changed.version)
        else:
            version = await self._next_version("territory", changed.code)
            first = insert(territory_table).values(**row, version=version).on_conflict_do_nothing()
            if (await self._session.execute(first.returning(territory_table.c.id))).first() is None:
                raise RaceLost(_OVERTAKEN)
        await self._write_change("territory", changed.code, version, change, act)
        return version

    async def remove_territory(self, removed: Territory, act: Act) -> int:
        """Removes a territory that nothing holds, and says so in its history; gives the version of that.

        Raises RaceLost, TerritoryInUse, UnassignedIsKept.
        """
        seen = (territory_table.c.id == removed.code, territory_table.c.version == removed.version)
        gone = delete(territory_table).where(*seen).returning(territory_table.c.id)
        if (await self._session.execute(gone)).first() is None:
            raise RaceLost(_OVERTAKEN)
        held = [
            await self._session.scalar(select(func.count()).select_from(table).where(table.c.territory == removed.code))
            for table in (dossier, agent)
        ]
        change = removed.removed(held[0] or 0, held[1] or 0)
        await self._write_change("territory", removed.code, removed.version + 1, change, act)
        return removed.version + 1

    async def territory_history(self, code: str) -> Sequence[PastChange]:
        """What was done to a territory, oldest first."""
        return await self._history("territory", code)

    async def _read(self) -> Reference:
        lists = {one.name: one for one in await self.lists()}
        texts = {LegalText(one.key): one for one in await self.texts(Family.LEGAL) if one.key in set(LegalText)}
        return Reference(lists, texts)

    async def _delete(self, name: ListName, code: str) -> None:
        """Waits for a CER that is taking the code up at this moment, and then leaves it. Raises EntryInUse."""
        unused = (list_entry.c.list == name.value, list_entry.c.code == code, list_entry.c.used.is_(False))
        if (
            await self._session.execute(delete(list_entry).where(*unused).returning(list_entry.c.code))
        ).first() is None:
            raise EntryInUse(f"Un CER vient de prendre le choix « {code} » : donnez-lui une date de fin.")

    async def _stamp(self) -> None:
        await self._session.execute(update(reference_stamp).values(stamp=func.gen_random_uuid()))

    async def _next_version(self, kind: str, subject: str) -> int:
        """Of something new: what was removed and comes back counts on from where it was."""
        table = reference_change.c
        last = select(func.max(table.version)).where(table.kind == kind, table.subject == subject)
        return (await self._session.scalar(last) or 0) + 1

    async def _write_change(self, kind: str, subject: str, version: int, change: Change, act: Act) -> None:
        line: dict[str, Any] = {
            "kind": kind,
            "subject": subject,
            "version": version,
            "verb": change.verb,
            "code": change.code,
            "before": change.before,
            "after": change.after,
            "actor": act.by,
            "at": act.at,
        }
        await self._session.execute(insert(reference_change).values(**line))

    async def _history(self, kind: str, subject: str) -> Sequence[PastChange]:
        table = reference_change.c
        lines = select(reference_change).where(table.kind == kind, table.subject == subject).order_by(table.version)
        return [_past(row) for row in (await self._session.execute(lines)).mappings()]


def _entries() -> Any:
    return select(list_entry).order_by(list_entry.c.list, list_entry.c.position)


def _wordings() -> Any:
    return select(dated_text).order_by(dated_text.c.key, dated_text.c.version)


def _past(row: RowMapping) -> PastChange:
    change = Change(row["verb"], row["code"], row["before"], row["after"])
    return PastChange(row["version"], change, Act(row["actor"], row["at"]))
