"""The CERs vierges that a territory keeps."""

from services.documents.application.ports import Blanks
from services.documents.application.queries.editions import EditionFile
from services.documents.domain.blank import BlankNotReady
from services.documents.domain.edition import EditionKind
from services.documents.domain.labels import KINDS


async def blank_file(blanks: Blanks, territory: str) -> EditionFile:
    """The file of an open territory. Raises UnknownTerritory, BlankNotReady."""
    told, kept = await blanks.of(territory)
    if kept is None:
        raise BlankNotReady("Les CER vierges de ce territoire sont en préparation : réessayez dans quelques minutes.")
    return EditionFile(kept.document, f"{KINDS[EditionKind.CER_VIERGE]} – {told.label}.pdf")
