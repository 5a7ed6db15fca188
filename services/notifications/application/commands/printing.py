"""Print batches: letters that wait are printed and posted together, by hand; documents merges their files."""

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from services.notifications.application.ports import Batches, Stores
from services.notifications.domain.batch import MOST_LETTERS, Batch
from services.notifications.domain.model import Message, Proof
from services.notifications.domain.rights import check_territory
from services.notifications.domain.states import Status
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import Identity
from shared.kernel.clock import Clock
from shared.kernel.errors import RaceLost
from shared.kernel.ids import new_id
from shared.security.principal import Principal
from shared.security.sealing import KeyRing

BY_HAND = "print-batch"


@dataclass(frozen=True)
class PrintRoom:
    """What it takes, in one transaction, for one agent."""

    stores: Stores
    batches: Batches
    keys: KeyRing
    clock: Clock
    agent: Principal


async def make_batch(room: PrintRoom, territory: str | None) -> Batch:
    """Puts the letters that wait into a batch, by order of names: the oldest 2,000 at most.

    Raises NotFound, Forbidden, NothingToPrint.
    """
    check_territory(room.agent, "make-print-batch", territory)
    letters = await room.batches.waiting(territory, MOST_LETTERS)
    batch = Batch.of(new_id(), territory, len(letters), room.agent.subject, room.clock.now())
    await room.batches.add(batch)
    for place, letter in enumerate(sorted(letters, key=lambda one: _name(room.keys, one)), start=1):
        letter.batched(batch.id, place)
        await room.stores.messages.save(letter)
    return batch


async def note_printed(room: PrintRoom, batch_id: UUID, seen: int) -> Batch:
    """The batch is on paper. Raises NotFound, Forbidden, RaceLost, ImpossibleMove."""
    batch = await _batch(room, batch_id, seen)
    batch.printed(room.agent.subject, room.clock.now())
    await room.batches.save(batch)
    return batch


async def note_posted(room: PrintRoom, uow: UnitOfWork, batch_id: UUID, seen: int) -> Batch:
    """The batch is posted: its letters are sent, but those withdrawn meanwhile.

    Raises NotFound, Forbidden, RaceLost, ImpossibleMove.
    """
    batch, now = await _batch(room, batch_id, seen), room.clock.now()
    batch.posted(room.agent.subject, now)
    await room.batches.save(batch)
    for letter in await room.batches.letters(batch.id):
        if letter.status is Status.PENDING:
            told = letter.delivered(Proof(BY_HAND, str(batch.id)), now)
            await room.stores.messages.save(letter)
            uow.emit(told)
    return batch


async def _batch(room: PrintRoom, batch_id: UUID, seen: int) -> Batch:
    batch = await room.batches.get(batch_id)
    check_territory(room.agent, "make-print-batch", batch.territory)
    if batch.version != seen:
        raise RaceLost("Ce lot a changé entre-temps : rechargez-le, puis recommencez.")
    return batch


def _name(keys: KeyRing, letter: Message) -> tuple[str, str]:
    """As a French index sorts: without accents, case, hyphens or apostrophes; the same names by their letter."""
    if letter.identity is None:
        return "", str(letter.id)
    person = keys.open(Identity, letter.identity)
    name = f"{person.nom_usage or person.nom_naissance} {person.prenom}"
    bare = "".join(part for part in unicodedata.normalize("NFKD", name) if not unicodedata.combining(part))
    return " ".join(bare.casefold().replace("-", " ").replace("'", " ").split()), str(letter.id)
