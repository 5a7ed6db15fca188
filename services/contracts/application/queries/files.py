"""Pièces jointes as agents read them: their titles, and the content of those that their role may open."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from services.contracts.application.ports import Stores
from services.contracts.application.ports.files import FilesWanted, Vault
from services.contracts.application.queries import opened
from services.contracts.domain.files.model import Attachment
from services.contracts.domain.rights import check, check_content, opens
from shared.security.principal import Principal


@dataclass(frozen=True)
class FileRead:
    """A pièce as one agent sees it."""

    attachment: Attachment
    opens: bool


async def files(stores: Stores, agent: Principal, wanted: FilesWanted, now: datetime) -> list[FileRead]:
    """A page of the files of a dossier, oldest first: to a commission's member, those of the CERs that they examine.

    Raises NotFound.
    """
    cers = await opened.cers_of(stores, agent, "list-files", wanted.dossier_id, now)
    await stores.dossiers.get(wanted.dossier_id, judged=partial(check, agent, "list-files", opened=bool(cers)))
    found = await stores.attachments.page(replace(wanted, of_cers=cers))
    return [read(agent, one) for one in found]


async def file(stores: Stores, agent: Principal, attachment_id: UUID, now: datetime) -> FileRead:
    """One file, without its content. Raises NotFound."""
    found = await stores.attachments.get(attachment_id)
    await stores.dossiers.get(found.dossier_id, judged=await opened.of_file(stores, agent, "read-file", found, now))
    return read(agent, found)


async def content(
    stores: Stores, vault: Vault, agent: Principal, attachment_id: UUID, now: datetime
) -> tuple[Attachment, bytes]:
    """The bytes of a file that was scanned.

    Raises NotFound, Forbidden, FileNotAvailable, ObjectMissing, ObjectAltered, ObjectsAway.
    """
    found = await stores.attachments.get(attachment_id)
    judged = await opened.of_file(stores, agent, "read-file-content", found, now)
    await stores.dossiers.get(found.dossier_id, judged=judged)
    check_content(agent, found.description.kind)
    found.refuse_unless_available()
    return found, await vault.get(found.content.file)


def read(agent: Principal, found: Attachment) -> FileRead:
    """A file that was just loaded or changed, as this agent sees it."""
    return FileRead(found, opens(agent, found.description.kind))
