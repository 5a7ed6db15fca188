"""What documents holds of people: every table is here, or said to need no erasing."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.adapters.tables import edition
from shared.accounts.tables import BESIDES
from shared.erasure.holdings import Files, Held, Holdings, Person
from shared.places import tables as places


async def _files(_: AsyncSession, person: Person) -> Files:
    """By folder, not by row: a database that was lost does not hide its files."""
    return Files(folders=(f"editions/{person.dossier_id}",))


HOLDINGS = Holdings(
    held=(Held(edition, lambda person: edition.c.dossier_id == person.dossier_id), places.HELD),
    besides={**BESIDES, "legal_text": "texts of the Département"},
    files=_files,
)
