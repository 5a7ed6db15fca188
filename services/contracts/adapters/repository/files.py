"""Pièces jointes in PostgreSQL. Implements the port `Attachments`."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import attachment as table
from services.contracts.application.ports.files import FilesWanted
from services.contracts.domain.files.model import Attachment, AttachmentState, Content, Description, Kind
from services.contracts.domain.files.requests import ScannedRequests
from services.contracts.domain.moves import Act
from shared.events.files import FileRef
from shared.kernel.errors import NotFound
from shared.objects.store import uri_of

_LIVE = (AttachmentState.EN_ANALYSE.value, AttachmentState.DISPONIBLE.value)


class SqlAttachments:
    """The pièces jointes of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, attachment_id: UUID, *, locked: bool = False) -> Attachment:
        """The pièce, locked until the end of the transaction if asked for. Raises NotFound."""
        query = select(table).where(table.c.id == attachment_id)
        if locked:
            query = query.with_for_update()
        row = (await self._session.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("Cette pièce n'existe pas, ou elle n'est pas de votre territoire.")
        return _attachment(row)

    async def add(self, attachment: Attachment) -> None:
        """Stores one for the first time."""
        await self._session.execute(insert(table).values(**_row(attachment), version=1))
        attachment.version = 1

    async def save(self, attachment: Attachment) -> None:
        """Stores one change. Raises RaceLost."""
        await update_version(self._session, table, _row(attachment), attachment.version)
        attachment.version += 1

    async def page(self, wanted: FilesWanted) -> list[Attachment]:
        """A page of a dossier's, oldest first."""
        query = select(table).where(table.c.dossier_id == wanted.dossier_id).order_by(table.c.id).limit(wanted.limit)
        if wanted.after is not None:
            query = query.where(table.c.id > wanted.after)
        if not wanted.removed:
            query = query.where(table.c.state != AttachmentState.SUPPRIME.value)
        if wanted.of_cers is not None:
            query = query.where(table.c.cer_id.in_(wanted.of_cers))
        return [_attachment(row) for row in (await self._session.execute(query)).mappings()]

    async def count_live(self, dossier_id: UUID) -> int:
        """How many files a dossier has."""
        query = select(func.count()).where(table.c.dossier_id == dossier_id, table.c.state.in_(_LIVE))
        return int(await self._session.scalar(query) or 0)

    async def requests_of(self, dossier_id: UUID) -> ScannedRequests:
        """The diagnostics whose scanned request the dossier has."""
        query = select(table.c.diagnostic, table.c.state).where(
            table.c.dossier_id == dossier_id,
            table.c.kind == Kind.DEMANDE_DIAGNOSTIC.value,
            table.c.state.in_(_LIVE),
        )
        found = (await self._session.execute(query)).all()
        available = frozenset(row.diagnostic for row in found if row.state == AttachmentState.DISPONIBLE.value)
        return ScannedRequests(available, frozenset(row.diagnostic for row in found) - available)

    async def kept(self, names: Collection[str]) -> set[str]:
        """Which of these files of the store belong to a pièce that has not lost its content."""
        uris = {uri_of("contracts", name): name for name in names}
        query = select(table.c.uri).where(table.c.uri.in_(uris), table.c.state.in_(_LIVE))
        return {uris[uri] for uri in (await self._session.execute(query)).scalars()}


def _row(one: Attachment) -> dict[str, Any]:
    said, content = one.description, one.content
    return {
        "id": one.id,
        "dossier_id": one.dossier_id,
        "cer_id": said.cer_id,
        "kind": said.kind.value,
        "diagnostic": said.diagnostic,
        "title": said.title,
        "content_type": content.content_type,
        "uri": content.file.uri,
        "sha256": content.file.sha256,
        "size": content.file.size,
        "serial": content.serial,
        "added_by": one.added.by,
        "added_at": one.added.at,
        "state": one.state.value,
        "code": one.code,
        "removed_by": one.removed.by if one.removed else None,
        "removed_at": one.removed.at if one.removed else None,
    }


def _attachment(row: RowMapping) -> Attachment:
    return Attachment(
        id=row["id"],
        dossier_id=row["dossier_id"],
        description=Description(Kind(row["kind"]), row["diagnostic"], row["title"], row["cer_id"]),
        content=Content(
            row["content_type"], FileRef(uri=row["uri"], sha256=row["sha256"], size=row["size"]), row["serial"]
        ),
        added=Act(row["added_by"], row["added_at"]),
        state=AttachmentState(row["state"]),
        code=row["code"],
        removed=Act(row["removed_by"], row["removed_at"]) if row["removed_at"] else None,
        version=row["version"],
    )
