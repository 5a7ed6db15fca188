"""What documents holds of people: every table is here, or said to need no erasing."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.adapters.tables import edition, print_batch, print_item
from shared.accounts.tables import BESIDES
from shared.erasure.holdings import Files, Held, Holdings, Person
from shared.places import tables as places


async def _batches(session: AsyncSession, person: Person) -> Sequence[UUID]:
    """The print batches that a letter of theirs is in: each goes whole."""
    found = select(print_item.c.batch_id).where(print_item.c.dossier_id == person.dossier_id)
    return (await session.execute(found)).scalars().all()


async def _files(session: AsyncSession, person: Person) -> Files:
    """By folder, not by row: a database that was lost does not hide its files."""
    batches = (f"batches/{batch_id}" for batch_id in await _batches(session, person))
    return Files(folders=(f"editions/{person.dossier_id}", *batches))


HOLDINGS = Holdings(
    held=(
        Held(
            print_batch,
            lambda person: print_batch.c.id.in_(
                select(print_item.c.batch_id).where(print_item.c.dossier_id == person.dossier_id)
            ),
        ),
        Held(edition, lambda person: edition.c.dossier_id == person.dossier_id),
        places.HELD,
    ),
    besides={
        **BESIDES,
        "legal_text": "texts of the Département",
        "territory": "territories of the Département",
        "blank_file": "copies of an empty form",
        "blank_serial": "says nothing of a person: whose a copy became is in contracts",
        "print_item": "goes with its batch (cascade)",
        "print_part": "goes with its batch (cascade)",
    },
    others=_batches,
    files=_files,
)
