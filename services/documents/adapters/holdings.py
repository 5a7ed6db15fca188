"""What documents holds of people: every table is here, or said to need no erasing."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.adapters.tables import commission_file, edition, print_batch, print_item, session_edition
from shared.accounts.tables import BESIDES
from shared.audit.tables import BESIDES as AUDIT
from shared.erasure.holdings import Files, Held, Holdings, Person
from shared.places import tables as places


def _papers(person: Person) -> ColumnElement[bool]:
    """The papers of the sessions that examined them show others too: they can be made anew, without them."""
    shown: ColumnElement[bool] = session_edition.c.cer_ids.overlap(list(person.cer_ids))
    return shown


def _commission_files(person: Person) -> ColumnElement[bool]:
    """Told before a merge, they name the dossier that was absorbed."""
    table = commission_file
    return or_(table.c.dossier_id == person.dossier_id, table.c.cer_id.in_(person.cer_ids))


async def _batches(session: AsyncSession, person: Person) -> Sequence[UUID]:
    """The print batches that a letter of theirs is in: each goes whole."""
    found = select(print_item.c.batch_id).where(print_item.c.dossier_id == person.dossier_id)
    return (await session.execute(found)).scalars().all()


async def _files(session: AsyncSession, person: Person) -> Files:
    """Editions by folder, not by row: a database that was lost does not hide its files."""
    papers = select(session_edition.c.uri).where(_papers(person), session_edition.c.uri.is_not(None))
    batches = (f"batches/{batch_id}" for batch_id in await _batches(session, person))
    folders = (f"editions/{person.dossier_id}", *batches)
    return Files(folders=folders, uris=tuple(await session.scalars(papers)))


HOLDINGS = Holdings(
    held=(
        Held(
            print_batch,
            lambda person: print_batch.c.id.in_(
                select(print_item.c.batch_id).where(print_item.c.dossier_id == person.dossier_id)
            ),
        ),
        Held(edition, lambda person: edition.c.dossier_id == person.dossier_id),
        Held(session_edition, _papers),
        Held(commission_file, _commission_files),
        places.HELD,
    ),
    besides={
        **BESIDES,
        **AUDIT,
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
