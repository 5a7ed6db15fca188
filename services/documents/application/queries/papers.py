"""The papers of commissions' sessions, for the insertion service, and the agenda for who sits in the session."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.documents.application.ports.sessions import CommissionFiles, PaperRow, Papers
from services.documents.application.queries.editions import EditionFile, NotMade
from services.documents.domain.edition import EditionKind
from services.documents.domain.labels import KINDS, short_date
from services.documents.domain.rights import by_opening
from shared.audit.witness import named
from shared.kernel.errors import NotFound
from shared.security.principal import Principal


class SessionEditionView(BaseModel):
    """A paper of a session. `version` is that of the session; `failure` is set when there is no file."""

    id: UUID
    session_id: UUID
    kind: str
    label: str
    version: int
    held_on: date
    made_at: datetime
    pages: int | None
    sha256: str | None
    failure: str | None

    @classmethod
    def of(cls, row: PaperRow) -> Self:
        """What an agent is shown of it."""
        names = cls.model_fields.keys() - {"label", "sha256"}
        return cls(
            **{name: getattr(row, name) for name in names},
            label=KINDS[EditionKind(row.kind)],
            sha256=row.document.sha256 if row.document else None,
        )


class SessionEditionList(BaseModel):
    """The papers of one session, the first made at the top."""

    editions: list[SessionEditionView]


async def papers(
    known: Papers, files: CommissionFiles, agent: Principal, session_id: UUID, now: datetime
) -> SessionEditionList:
    """The papers that the agent may see now: of a member, the agenda as it stands."""
    rows = await known.of_session(session_id)
    seen = await _seen(rows, files, agent, session_id, now)
    return SessionEditionList(editions=[SessionEditionView.of(row) for row in seen])


async def paper_file(
    known: Papers, files: CommissionFiles, agent: Principal, paper_id: UUID, now: datetime
) -> EditionFile:
    """The file of a paper that the agent may read now. Raises NotFound, NotMade."""
    row = await known.get(paper_id)
    for one in (await files.of_session(row.session_id)).values():
        if one.cer_id in row.cer_ids:
            named(one.dossier_id, one.cer_id)
    rows = await known.of_session(row.session_id)
    if row not in await _seen(rows, files, agent, row.session_id, now):
        raise NotFound("Aucun document de séance ne porte cet identifiant, ou vous n'y siégez pas.")
    if row.document is None:
        raise NotMade("Ce document n'a pas pu être produit : demandez-le à nouveau depuis la séance.")
    return EditionFile(row.document, f"{KINDS[EditionKind(row.kind)]} – séance du {short_date(row.held_on)}.pdf")


async def _seen(
    rows: list[PaperRow], files: CommissionFiles, agent: Principal, session_id: UUID, now: datetime
) -> list[PaperRow]:
    if not by_opening(agent):
        return rows
    if not await files.sits(session_id, agent.subject, now):
        return []
    # An older agenda may name a person whose file was withdrawn.
    return [row for row in rows if row.kind == EditionKind.ORDRE_DU_JOUR][-1:]
