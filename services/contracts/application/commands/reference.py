"""What the admin changes of what is kept for all. Each makes a version, a line of history and an event."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from services.contracts.application.commands.loading import Desk, act_of, refuse_stale
from services.contracts.application.ports import StoresOf
from services.contracts.domain.reference.lists import Change, ListName, ReferenceList, Wish
from services.contracts.domain.reference.rules import TerritoryKnown
from services.contracts.domain.reference.territories import Territory
from services.contracts.domain.reference.texts import DatedText
from services.contracts.domain.reference.told import list_changed, territory_changed, text_changed
from shared.database.engine import Database
from shared.kernel.clock import legal_date
from shared.kernel.errors import NotFound

# CERs that take over a rank in one transaction: whoever saves one of them meanwhile waits for no more than these.
RANKED_AT_ONCE = 1_000


async def put_entry(desk: Desk, name: ListName, code: str, seen: int, wish: Wish) -> ReferenceList:
    """Adds or changes an entry. Raises RaceLost, Invalid, PastEffect, FixedList."""
    found = await _seen_list(desk, name, seen)
    changed, change = found.put(code, wish, legal_date(desk.clock.now()))
    return await _save_list(desk, changed, change)


async def remove_entry(desk: Desk, name: ListName, code: str, seen: int) -> ReferenceList:
    """Removes an entry that nothing ever used. Raises RaceLost, UnknownEntry, EntryInUse, FixedList."""
    found = await _seen_list(desk, name, seen)
    changed, change = found.remove(code, await desk.stores.reference.uses(name, code))
    return await _save_list(desk, changed, change)


async def reorder_list(desk: Desk, name: ListName, seen: int, codes: Sequence[str]) -> ReferenceList:
    """Puts the entries in another order. Raises RaceLost, Invalid."""
    found = await _seen_list(desk, name, seen)
    changed, change = found.reorder(codes)
    return await _save_list(desk, changed, change)


async def follow_ranks(database: Database, stores_of: StoresOf) -> int:
    """Has the CERs of each priorité take the rank over that the admin gave it, some at a time; says how many did.

    One that was saved while the rank changed is found the next time.
    """
    followed = 0
    while True:
        async with database.begin() as uow:
            some = await stores_of(uow.session).worklists.follow_ranks(RANKED_AT_ONCE)
        if not some:
            return followed
        followed += some


async def reword(desk: Desk, key: str, seen: int, paragraphs: tuple[str, ...], effect: date | None) -> DatedText:
    """Records a version of a text, in force from `effect`. Raises UnknownText, RaceLost, PastEffect, Invalid."""
    found = await desk.stores.reference.text(key)
    refuse_stale(seen, found.version)
    changed = found.reworded(paragraphs, effect, act_of(desk))
    await desk.stores.reference.add_wording(changed)
    desk.uow.emit(text_changed(changed, changed.wordings[-1]))
    return changed


async def open_territory(desk: Desk, wanted: Territory) -> Territory:
    """A new territory. Raises TerritoryKnown."""
    if await desk.stores.reference.territory(wanted.code) is not None:
        raise TerritoryKnown(f"Le territoire « {wanted.code} » existe déjà : modifiez-le.")
    return await _save_territory(desk, wanted, wanted.opened())


async def change_territory(desk: Desk, seen: int, wanted: Territory) -> Territory:
    """Renames a territory, changes its offices, closes or opens it. Raises NotFound, RaceLost, UnassignedIsKept."""
    found = await _seen_territory(desk, wanted.code, seen)
    changed, change = found.changed(wanted)
    return await _save_territory(desk, changed, change)


async def remove_territory(desk: Desk, code: str, seen: int) -> None:
    """Removes a territory that nothing holds. Raises NotFound, RaceLost, TerritoryInUse, UnassignedIsKept."""
    found = await _seen_territory(desk, code, seen)
    version = await desk.stores.reference.remove_territory(found, act_of(desk))
    desk.uow.emit(territory_changed(replace(found, active=False, version=version)))


async def _seen_list(desk: Desk, name: ListName, seen: int) -> ReferenceList:
    found = await desk.stores.reference.list(name)
    refuse_stale(seen, found.version)
    return found


async def _seen_territory(desk: Desk, code: str, seen: int) -> Territory:
    found = await desk.stores.reference.territory(code)
    if found is None:
        raise NotFound(f"Aucun territoire n'a le code « {code} ».")
    refuse_stale(seen, found.version)
    return found


async def _save_list(desk: Desk, changed: ReferenceList, change: Change | None) -> ReferenceList:
    if change is None:
        return changed
    stored = replace(changed, version=await desk.stores.reference.save_list(changed, change, act_of(desk)))
    desk.uow.emit(list_changed(stored))
    return stored


async def _save_territory(desk: Desk, changed: Territory, change: Change | None) -> Territory:
    if change is None:
        return changed
    stored = replace(changed, version=await desk.stores.reference.save_territory(changed, change, act_of(desk)))
    desk.uow.emit(territory_changed(stored))
    return stored
