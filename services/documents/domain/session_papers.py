"""The papers of a session: ordered by its events, from what the events of its files told of each CER."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.documents.domain import labels
from services.documents.domain.edition import EditionKind, RenderRefused
from services.documents.domain.sessions import Case, Member, Session, SessionSheet, agenda, minutes
from services.documents.domain.sheet import Letterhead
from shared.events.blocks import AgentCard, DecisionText, Identity
from shared.events.files import FileRef
from shared.events.sealed import Sealed
from shared.events.sessions import SessionCase, SessionClosed, SessionEvent, SessionMember, Votes
from shared.kernel.clock import legal_date
from shared.kernel.ids import derived_id


class FileNotTold(RenderRefused):
    """What the paper has to show of a CER was not told yet, or never."""

    code = "file-not-told"
    title = "Dossier de séance pas encore connu"


class PaperOrder(BaseModel):
    """A paper to make. Whom it shows stands in it by ids: an erasure finds it, and drops it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edition_id: UUID
    kind: EditionKind
    session_id: UUID
    version: int
    label: str
    at: datetime
    place: str
    members: tuple[SessionMember, ...]
    secretary: Sealed[AgentCard]
    cases: tuple[SessionCase, ...]

    @classmethod
    def of(cls, event: SessionEvent) -> Self:
        """The agenda of a session that is to be held, the minutes of one that was."""
        kind = EditionKind.PROCES_VERBAL if isinstance(event, SessionClosed) else EditionKind.ORDRE_DU_JOUR
        names = ("session_id", "label", "at", "place", "members", "secretary", "cases")
        return cls(
            edition_id=derived_id("session-edition", event.session_id, kind.value, event.aggregate_version),
            kind=kind,
            version=event.aggregate_version,
            **{name: getattr(event, name) for name in names},
        )


@dataclass(frozen=True)
class CommissionFile:
    """The file of one CER in one session: who reads it until when, and what its papers show of it, still sealed."""

    id: UUID
    session_id: UUID
    cer_id: UUID
    dossier_id: UUID
    version: int
    open: bool
    members: tuple[str, ...]
    until: datetime
    numero: int
    nature: str
    requests: tuple[str, ...]
    identity: Sealed[Identity]
    referent: Sealed[AgentCard]
    opinion: str | None = None
    votes: Votes | None = None
    words: Sealed[DecisionText] | None = None


@dataclass(frozen=True)
class Paper:
    """What became of an order. `cer_ids`: of those whom it shows."""

    order: PaperOrder
    cer_ids: tuple[UUID, ...]
    made_at: datetime
    document: FileRef | None = None
    pages: int | None = None
    fingerprint: str | None = None
    failure: str | None = None

    @property
    def held_on(self) -> date:
        """The legal date of the session."""
        return legal_date(self.order.at)


@dataclass(frozen=True)
class OpenedFile:
    """A file with its blocks opened."""

    file: CommissionFile
    identity: Identity
    referent: AgentCard
    words: DecisionText | None


def shown(order: PaperOrder, files: Mapping[UUID, CommissionFile], erased: frozenset[UUID]) -> list[CommissionFile]:
    """The files that the paper shows, in its order; erased persons are left out. Raises FileNotTold."""
    found = []
    for case in order.cases:
        if case.cer_id in erased:
            continue
        file = files.get(case.cer_id)
        if file is None or file.version < case.file_version:
            raise FileNotTold("Un dossier de la séance n'est pas encore connu ici : ses documents attendent.")
        found.append(file)
    return found


def compose(
    order: PaperOrder, seated: Sequence[AgentCard], secretary: AgentCard, files: Sequence[OpenedFile], head: Letterhead
) -> SessionSheet:
    """The sheet of the paper; `seated` are the cards of the order's members."""
    members = tuple(
        Member(name=card.full_name, quality=card.quality, present=bool(one.present))
        for one, card in zip(order.members, seated, strict=True)
    )
    chair = next((card for one, card in zip(order.members, seated, strict=True) if one.chair), None)
    session = Session(
        commission=order.label,
        at=order.at,
        place=order.place,
        chair=f"{chair.full_name}, {labels.uncapitalised(chair.quality)}" if chair else "",
        secretary=secretary.full_name,
        members=members,
        cases=tuple(_case(one) for one in files),
    )
    return minutes(session, head) if order.kind is EditionKind.PROCES_VERBAL else agenda(session, head)


def _case(opened: OpenedFile) -> Case:
    file, identity, words = opened.file, opened.identity, opened.words
    return Case(
        person=f"{identity.prenom} {identity.nom_usage or identity.nom_naissance}",
        number=identity.matricule,
        referent=opened.referent.full_name,
        subject=f"CER n° {file.numero}, {labels.uncapitalised(labels.nature(file.nature))}",
        requests=tuple(labels.REQUESTS.get(code, code) for code in file.requests),
        opinion=file.opinion or "",
        motives=words.motives if words else (),
        heard=words.comment if words else "",
        votes=_votes(file.votes),
    )


def _votes(votes: Votes | None) -> str:
    if votes is None:
        return ""
    return f"Voix : {votes.favorable} pour, {votes.defavorable} contre, {votes.abstention} abstention(s)."
