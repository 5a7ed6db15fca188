"""Territories where there is no agent: for a file's dossiers, and at the beginning of a département."""

import re
from dataclasses import replace

from services.contracts.application.ports import Stores, StoresOf
from services.contracts.domain.moves import Act
from services.contracts.domain.reference.territories import CODE, Territory, usable
from services.contracts.domain.reference.told import territory_changed
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.errors import Invalid


async def refuse_unknown(database: Database, stores_of: StoresOf, code: str | None) -> None:
    """Raises UnknownTerritory, InactiveTerritory; no code is no territory asked for."""
    if code is None:
        return
    async with database.read() as session:
        usable(code, await stores_of(session).reference.territory(code))


async def open_if_new(uow: UnitOfWork, stores: Stores, code: str, name: str, act: Act) -> bool:
    """Opens a territory; says whether it is new. Raises Invalid, RaceLost."""
    if not re.fullmatch(CODE, code) or not name.strip():
        raise Invalid("Un territoire a un code (lettres, chiffres, tirets, 40 au plus) et un nom.")
    if await stores.reference.territory(code) is not None:
        return False
    opened = Territory(code, name.strip())
    version = await stores.reference.save_territory(opened, opened.opened(), act)
    uow.emit(territory_changed(replace(opened, version=version)))
    return True
