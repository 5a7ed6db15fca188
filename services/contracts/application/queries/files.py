"""Pièces jointes as agents read them: their titles, and the content of those that their role may open."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from services.contracts.application.ports import Stores
from services.contracts.application.ports.files import Vault
from services.contracts.domain.files.model import Attachment
from services.contracts.domain.rights import check, check_content, opens
from shared.security.principal import Principal


@dataclass(frozen=True)
class FileRead:
    """A pièce as one agent sees it."""

    attachment: Attachment
    opens: bool


async def files(
    stores: Stores, agent: Principal, dossier_id: UUID, after: UUID | None, limit: int, *, removed: bool
) -> list[FileRead]:
    """A page of the files of a dossier, oldest first. Raises NotFound."""
    await stores.dossiers.get(dossier_id, judged=partial(check, agent, "list-files"))
    found = await stores.attachments.of_dossier(dossier_id, after, limit, removed=removed)
    return [read(agent, one) for one in found]


async def file(stores: Stores, agent: Principal, attachment_id: UUID) -> FileRead:
    """One file, without its content. Raises NotFound."""
    found = await stores.attachments.get(attachment_id)
    await stores.dossiers.get(found.dossier_id, judged=partial(check, agent, "read-file"))
    return read(agent, found)


async def content(stores: Stores, vault: Vault, agent: Principal, attachment_id: UUID) -> tuple[Attachment, bytes]:
    """The bytes of a file that was scanned.

    Raises NotFound, Forbidden, FileNotAvailable, ObjectMissing, ObjectAltered, ObjectsAway.
    """
    found = await stores.attachments.get(attachment_id)
    await stores.dossiers.get(found.dossier_id, judged=partial(check, agent, "read-file-content"))
    check_content(agent, found.description.kind)
    found.refuse_unless_available()
    return found, await vault.get(found.content.file)


def read(agent: Principal, found: Attachment) -> FileRead:
    """A file that was just loaded or changed, as this agent sees it."""
    return FileRead(found, opens(agent, found.description.kind))
