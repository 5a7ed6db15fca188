"""CERs as rows, and back."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from services.contracts.domain.cers.accord import Accord
from services.contracts.domain.cers.decision import Decision, Proof
from services.contracts.domain.cers.draft import Draft
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.note import Note
from services.contracts.domain.cers.pinned import Pinned
from services.contracts.domain.cers.revisions import Content, Revision
from services.contracts.domain.cers.signing import Signing, SigningState
from services.contracts.domain.cers.states import State
from services.contracts.domain.moves import Act, Move
from shared.kernel.ids import derived_id

_COLUMNS = {
    "numero",
    "nature",
    "date_signature",
    "date_debut",
    "date_demandee",
    "date_fin",
    "duration_months",
    "requests",
    "priority",
    "dernier_contrat",
}
_TEXTS = set(Draft.model_fields) - _COLUMNS


def row_of(cer: Cer) -> dict[str, Any]:
    """The row of a CER, but its version."""
    draft, signing = cer.draft, cer.signing
    return {
        "id": cer.id,
        "dossier_id": cer.dossier_id,
        "revision": cer.revision,
        "state": cer.state.value,
        "created_by": cer.created_by,
        "created_at": cer.created_at,
        **{name: getattr(draft, name) for name in _COLUMNS},
        "nature": draft.nature.value,
        "requests": list(draft.requests),
        "texts": draft.model_dump(mode="json", include=_TEXTS),
        "note": cer.note.text,
        "note_author_id": cer.note.author_id,
        "accord": cer.accord.value,
        "proof": cer.proof.model_dump(mode="json") if cer.proof else None,
        "signing": signing.state.value,
        "attempt": signing.attempt,
        "signing_deadline": signing.deadline,
        "signing_ending": signing.ending,
        "submission": cer.submission,
        "submitted_at": cer.submitted_at,
        "decision": cer.decision.model_dump(mode="json") if cer.decision else None,
        "decided_at": cer.decision.decided_at if cer.decision else None,
        "pinned": cer.pinned.model_dump(mode="json") if cer.pinned else None,
        "decision_read_at": cer.decision_read.at if cer.decision_read else None,
        "decision_read_by": cer.decision_read.by if cer.decision_read else None,
        "replaced_by": cer.replaced_by,
    }


def cer_of(row: RowMapping) -> Cer:
    """The CER of a row."""
    return Cer(
        id=row["id"],
        dossier_id=row["dossier_id"],
        draft=_draft(row),
        created_by=row["created_by"],
        created_at=row["created_at"],
        state=State(row["state"]),
        accord=Accord(row["accord"]),
        note=Note(row["note"], row["note_author_id"]),
        signing=Signing(SigningState(row["signing"]), row["attempt"], row["signing_deadline"], row["signing_ending"]),
        proof=Proof.model_validate(row["proof"]) if row["proof"] else None,
        revision=row["revision"],
        submission=row["submission"],
        submitted_at=row["submitted_at"],
        decision=Decision.model_validate(row["decision"]) if row["decision"] else None,
        pinned=Pinned.model_validate(row["pinned"]) if row["pinned"] else None,
        decision_read=Act(row["decision_read_by"], row["decision_read_at"]) if row["decision_read_at"] else None,
        replaced_by=row["replaced_by"],
        version=row["version"],
    )


def move_of(row: RowMapping) -> Move:
    """A line of history."""
    return Move(
        verb=row["verb"],
        from_state=State(row["from_state"]) if row["from_state"] else None,
        to_state=State(row["to_state"]),
        act=Act(row["actor"], row["at"], row["on_behalf_of"]),
        details=row["details"],
        reason=row["reason"],
    )


def _draft(row: RowMapping) -> Draft:
    written = {**{name: row[name] for name in _COLUMNS}, **row["texts"]}
    objectives = with_ids(row["id"], written.get("objectives", []))
    return Draft.model_validate({**written, "objectives": objectives}, extra="ignore")


def with_ids(cer_id: UUID, objectives: list[Content]) -> list[Content]:
    """Objectives and étapes that were stored without an id have, until they are stored again, that of their place."""
    return [
        {
            **one,
            "id": one.get("id") or str(derived_id("objective", cer_id, place)),
            "etapes": [
                {**etape, "id": etape.get("id") or str(derived_id("etape", cer_id, place, step))}
                for step, etape in enumerate(one.get("etapes", []))
            ],
        }
        for place, one in enumerate(objectives)
    ]


def content_of(cer: Cer) -> Content:
    """All that agents wrote in the CER, as JSON values."""
    return {
        **cer.draft.model_dump(mode="json"),
        "accord": cer.accord.value,
        "note": cer.note.text,
        "note_author_id": cer.note.author_id,
    }


def revision_of(row: RowMapping) -> Revision:
    """A stored change."""
    changes = dict(row["changes"])
    if "objectives" in changes:
        changes["objectives"] = with_ids(row["cer_id"], changes["objectives"])
    return Revision(row["version"], Act(row["actor"], row["at"]), row["verb"], row["shown"], changes)
