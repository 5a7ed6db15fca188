"""Rows of sessions, and what they are in the domain."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from services.validation.adapters.sealing import token_of
from services.validation.adapters.tables import study
from services.validation.domain.sessions.model import Session
from services.validation.domain.sessions.parts import Ending, Item, Member, Plan, SessionOpinion, Subject
from services.validation.domain.sessions.states import SessionState
from shared.events.sealed import Sealed, Sealer
from shared.events.sessions import Votes

_SUBJECT = (
    "cer_id",
    "dossier_id",
    "territory",
    "referent_id",
    "submission",
    "numero",
    "nature",
    "requests",
    "identity",
    "referent",
)
ITEM = [study.c[name] for name in _SUBJECT]


def session_of(row: RowMapping, members: Sequence[Member], items: Sequence[Item]) -> Session:
    """The session of a row, with its members and its agenda."""
    return Session(
        id=row["id"],
        kind=row["kind"],
        label=row["label"],
        plan=Plan(row["at"], row["place"], row["territory"]),
        state=SessionState(row["state"]),
        secretary=Sealed(token=row["secretary"]),
        quorum=row["quorum"],
        version=row["version"],
        members=tuple(members),
        items=list(items),
    )


def member_of(row: RowMapping) -> Member:
    """Who sits."""
    return Member(row["id"], row["agent_id"], Sealed(token=row["card"]), row["chair"], row["present"])


def subject_of(row: RowMapping) -> Subject:
    """The CER of an item, from its study's row."""
    apart = {"identity", "referent", "requests"}
    return Subject(
        study_id=row["study_id"],
        requests=tuple(row["requests"]),
        identity=Sealed(token=row["identity"]),
        referent=Sealed(token=row["referent"]),
        **{name: row[name] for name in _SUBJECT if name not in apart},
    )


def item_of(row: RowMapping) -> Item:
    """A CER of the agenda."""
    return Item(
        subject=subject_of(row),
        position=row["position"],
        opinion=SessionOpinion(row["opinion"]) if row["opinion"] else None,
        votes=Votes(**row["votes"]) if row["votes"] else None,
        words=Sealed(token=row["words"]) if row["words"] else None,
        ending=Ending(row["ending"]) if row["ending"] else None,
        postponed_to=row["postponed_to"],
        file_version=row["file_version"],
    )


def item_row(session_id: UUID, item: Item, sealer: Sealer) -> dict[str, Any]:
    """The row of a CER of the agenda."""
    return {
        "session_id": session_id,
        "study_id": item.subject.study_id,
        "position": item.position,
        "live": item.live,
        "opinion": item.opinion,
        "votes": item.votes.model_dump() if item.votes else None,
        "words": token_of(item.words, sealer) if item.words else None,
        "ending": item.ending,
        "postponed_to": item.postponed_to,
        "file_version": item.file_version,
    }
