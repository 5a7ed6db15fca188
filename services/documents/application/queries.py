"""The editions of a CER, for the agents who may see its texts."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.documents.application.ports import EditionRow, Editions, Files
from services.documents.domain.rights import check, sees
from shared.kernel.errors import NotFound
from shared.security.principal import Principal


class NotMade(NotFound):
    """The edition failed: it has no file."""

    code = "edition-not-made"
    title = "Édition non produite"


class EditionView(BaseModel):
    """An edition and where it comes from. `failure` is set when there is no file."""

    id: UUID
    cer_id: UUID
    numero: int
    kind: str
    revision: int
    attempt: int | None
    submission: int | None
    made_at: datetime
    pages: int | None
    sha256: str | None
    size: int | None
    fingerprint: str | None
    failure: str | None

    @classmethod
    def of(cls, row: EditionRow) -> Self:
        """What an agent is shown of it."""
        names = cls.model_fields.keys() - {"sha256", "size"}
        document = row.document
        return cls(
            **{name: getattr(row, name) for name in names},
            sha256=document.sha256 if document else None,
            size=document.size if document else None,
        )


class EditionList(BaseModel):
    """The editions of one CER, oldest first."""

    editions: list[EditionView]


class EditionFile(BaseModel):
    """A PDF, its sha256, and the name to save it under."""

    content: bytes
    sha256: str
    filename: str


async def editions_of_cer(editions: Editions, agent: Principal, cer_id: UUID) -> EditionList:
    """The CER's editions that the agent may see."""
    rows = await editions.of_cer(cer_id)
    seen = [row for row in rows if sees(agent, "list-editions", row.territory, row.referent_id)]
    return EditionList(editions=[EditionView.of(row) for row in seen])


async def edition(editions: Editions, agent: Principal, edition_id: UUID) -> EditionView:
    """One edition. Raises NotFound, Forbidden."""
    row = await editions.get(edition_id)
    check(agent, "read-edition", row.territory, row.referent_id)
    return EditionView.of(row)


async def edition_file(editions: Editions, files: Files, agent: Principal, edition_id: UUID) -> EditionFile:
    """The PDF. Raises NotFound, NotMade, Forbidden, ObjectMissing, ObjectAltered."""
    row = await editions.get(edition_id)
    check(agent, "read-edition-content", row.territory, row.referent_id)
    if row.document is None:
        raise NotMade("Cette édition n'a pas pu être produite : relancez-la depuis le CER.")
    content = await files.get(row.document)
    name = f"cer-{row.numero}-{row.kind.removeprefix('cer_').replace('_', '-')}.pdf"
    return EditionFile(content=content, sha256=row.document.sha256, filename=name)
