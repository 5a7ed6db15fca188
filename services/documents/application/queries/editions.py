"""The editions of a CER, for the agents who may see its texts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.documents.application.ports import EditionRow, Editions
from services.documents.domain.choosing import check_model, fitting
from services.documents.domain.edition import EditionKind
from services.documents.domain.labels import KINDS, uncapitalised
from services.documents.domain.links import Links
from services.documents.domain.rights import check, sees
from shared.events.files import FileRef
from shared.kernel.errors import NotFound
from shared.security.principal import Principal


@dataclass(frozen=True)
class Reader:
    """Who asks. `opened`: the CERs that were opened to them, as a member of a commission."""

    agent: Principal
    opened: frozenset[UUID] = frozenset()

    def opens(self, row: EditionRow) -> bool:
        """Whether this edition was opened to them: what a commission examines, not what is decided."""
        return row.cer_id in self.opened and row.kind == EditionKind.CER_SANS_DECISION

    def sees(self, operation: str, row: EditionRow) -> bool:
        """Whether they see it at all."""
        return sees(self.agent, operation, row.territory, row.referent_id, opened=self.opens(row))

    def check(self, operation: str, row: EditionRow) -> None:
        """Raises NotFound, Forbidden."""
        check(self.agent, operation, row.territory, row.referent_id, opened=self.opens(row))


class NotMade(NotFound):
    """The edition failed: it has no file."""

    code = "edition-not-made"
    title = "Édition non produite"


class EditionView(BaseModel):
    """An edition and where it comes from. `failure` is set when there is no file.

    `label` says what it is; `fits` whether its model is the one that fits what became of the CER.
    """

    id: UUID
    cer_id: UUID
    numero: int
    kind: str
    label: str
    fits: bool
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
    def of(cls, row: EditionRow, fits: Collection[EditionKind]) -> Self:
        """What an agent is shown of it; `fits` are the models that fit its CER."""
        names = cls.model_fields.keys() - {"label", "fits", "sha256", "size"}
        document, kind = row.document, EditionKind(row.kind)
        return cls(
            **{name: getattr(row, name) for name in names},
            label=KINDS[kind],
            fits=kind in fits,
            sha256=document.sha256 if document else None,
            size=document.size if document else None,
        )


class EditionList(BaseModel):
    """The editions of one CER, oldest first."""

    editions: list[EditionView]


@dataclass(frozen=True)
class EditionFile:
    """Where a PDF is stored, and the name to save it under: nothing in it says who the person is."""

    document: FileRef
    filename: str


class LinkView(BaseModel):
    """Where one agent downloads one edition, until when."""

    url: str
    expires_at: datetime
    filename: str


async def editions_of_cer(editions: Editions, reader: Reader, cer_id: UUID) -> EditionList:
    """The CER's editions that the agent may see."""
    rows = await editions.of_cer(cer_id)
    seen = [row for row in rows if reader.sees("list-editions", row)]
    fits = fitting(_kinds(rows))
    return EditionList(editions=[EditionView.of(row, fits) for row in seen])


async def edition(editions: Editions, reader: Reader, edition_id: UUID) -> EditionView:
    """One edition. Raises NotFound, Forbidden."""
    row = await editions.get(edition_id)
    reader.check("read-edition", row)
    return EditionView.of(row, fitting(_kinds(await editions.of_cer(row.cer_id))))


async def edition_of_model(editions: Editions, reader: Reader, cer_id: UUID, kind: EditionKind) -> EditionView:
    """The last edition of this model, for who asks by model. Raises WrongModel, NotFound, Forbidden."""
    rows = await editions.of_cer(cer_id)
    if not rows:
        raise NotFound("Aucune édition n'existe pour ce CER, ou il n'est pas de votre territoire.")
    # Where the CER is now decides who may know what became of it.
    reader.check("read-edition-of-model", rows[-1])
    check_model(kind, _kinds(rows))
    found = [row for row in rows if row.kind == kind]
    if not found:
        raise NotFound("Cette édition n'est pas encore faite : elle suit l'enregistrement du CER, réessayez.")
    return EditionView.of(found[-1], fitting(_kinds(rows)))


def _kinds(rows: Sequence[EditionRow]) -> list[EditionKind]:
    return [EditionKind(row.kind) for row in rows]


async def edition_file(editions: Editions, reader: Reader, edition_id: UUID) -> EditionFile:
    """The file of an edition that the agent may read now. Raises NotFound, NotMade, Forbidden."""
    row = await editions.get(edition_id)
    reader.check("read-edition-content", row)
    if row.document is None:
        raise NotMade("Cette édition n'a pas pu être produite : relancez-la depuis le CER.")
    name = uncapitalised(KINDS[EditionKind(row.kind)].removeprefix("CER "))
    return EditionFile(row.document, f"CER n° {row.numero} – {name}.pdf")


async def download_link(editions: Editions, links: Links, reader: Reader, edition_id: UUID, now: datetime) -> LinkView:
    """A link to the file, for this agent alone. Raises what `edition_file` raises, and NoLinkKey."""
    found = await edition_file(editions, reader, edition_id)
    token, expires_at = links.make(edition_id, reader.agent.subject, now)
    return LinkView(url=f"/downloads/{token}", expires_at=expires_at, filename=found.filename)


async def downloaded(editions: Editions, links: Links, reader: Reader, token: str, now: datetime) -> EditionFile:
    """The file of a link, for who it was made for, if they may still read it.

    Raises LinkForged, LinkExpired, LinkOfAnother, and what `edition_file` raises.
    """
    return await edition_file(editions, reader, links.check(token, reader.agent.subject, now))
