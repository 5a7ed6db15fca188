"""What agents get back of CERs. Dates are ISO 8601; instants are UTC."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.contracts.application.ports.cers import Deleted
from services.contracts.application.queries.cers import CerRead
from services.contracts.domain.cers.dates import life
from services.contracts.domain.cers.decision import Decision, Proof
from services.contracts.domain.cers.draft import NOTHING_TO_EXPRESS, Objective, WeeklyHours
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.states import State
from services.contracts.domain.moves import Move
from shared.kernel.errors import FieldProblem

_SOCIAL = (
    "date_demandee_reason",
    "requests",
    "situation",
    "evaluation",
    "objectives",
    "expression",
    "weekly_hours",
    "no_phone_at_interview",
)


class Problem(BaseModel):
    """Something said of one field."""

    field: str
    code: str
    message: str

    @classmethod
    def of(cls, problem: FieldProblem) -> Self:
        """As the domain says it."""
        return cls(field=problem.field, code=problem.code, message=problem.message)


class SigningView(BaseModel):
    """Where the signature by SMS stands; `ending` says how the last attempt ended without one."""

    state: str
    attempt: int
    deadline: datetime | None
    ending: str | None


class CerLine(BaseModel):
    """A CER in a list."""

    id: UUID
    version: int
    numero: int
    nature: str
    state: str
    date_signature: date | None
    date_debut: date | None
    date_fin: date | None
    dernier_contrat: bool
    priority: str | None
    accord: str
    signing: SigningView
    life: str | None = Field(default=None, description="Of a valid CER on this day: `a_venir`, `en_cours`, `echu`")

    @classmethod
    def of(cls, cer: Cer, today: date) -> Self:
        """The line of a CER on this legal date."""
        return cls.model_validate(_outline(cer) | {"life": _life(cer, today)})


class CerView(CerLine):
    """A CER. Fields of social content are null for those who do not read it (`texts_hidden`).

    `warnings` are worth saying and stop nothing. The note is null for those who may not read it.
    """

    dossier_id: UUID
    revision: int
    created_by: str
    created_at: datetime
    accord_origin: str | None
    date_demandee: date | None
    duration_months: int | None
    submission: int
    submitted_at: datetime | None
    texts_hidden: bool
    date_demandee_reason: str | None = None
    requests: tuple[str, ...] | None = None
    situation: str | None = None
    evaluation: str | None = None
    objectives: tuple[Objective, ...] | None = None
    expression: str | None = None
    nothing_to_express: bool | None = None
    weekly_hours: WeeklyHours | None = None
    no_phone_at_interview: bool | None = None
    note: str | None
    note_author_id: str | None
    proof: Proof | None
    decision: Decision | None = None
    decision_read_at: datetime | None
    decision_read_by: str | None
    replaced_by: UUID | None
    warnings: list[Problem]

    @classmethod
    def of_read(cls, read: CerRead, today: date) -> Self:
        """A CER as one agent sees it on this legal date."""
        cer = read.cer
        seen: dict[str, Any] = {
            "life": _life(cer, today),
            "dossier_id": cer.dossier_id,
            "revision": cer.revision,
            "created_by": cer.created_by,
            "created_at": cer.created_at,
            "accord_origin": cer.accord.origin,
            "date_demandee": cer.draft.date_demandee,
            "duration_months": cer.draft.duration_months,
            "submission": cer.submission,
            "submitted_at": cer.submitted_at,
            "texts_hidden": not read.sight.texts,
            "note": cer.note.text if read.sight.note else None,
            "note_author_id": cer.note.author_id,
            "proof": cer.proof,
            "decision_read_at": cer.decision_read.at if cer.decision_read else None,
            "decision_read_by": cer.decision_read.by if cer.decision_read else None,
            "replaced_by": cer.replaced_by,
            "warnings": [Problem.of(notice) for notice in read.notices],
        }
        if read.sight.texts:
            seen |= {name: getattr(cer.draft, name) for name in _SOCIAL} | {
                "decision": cer.decision if read.sight.decision else None
            }
            seen["nothing_to_express"] = cer.draft.expression == NOTHING_TO_EXPRESS
        return cls.model_validate(_outline(cer) | seen)


class DeletedCer(BaseModel):
    """The trace of a deleted proposition: its texts are gone."""

    id: UUID
    numero: int
    nature: str
    date_signature: date | None
    date_debut: date | None
    date_fin: date | None
    created_by: str
    created_at: datetime
    deleted_by: str
    deleted_at: datetime

    @classmethod
    def of(cls, trace: Deleted) -> Self:
        """What is left of it."""
        cer = trace.cer
        outline = {name: value for name, value in _outline(cer).items() if name in cls.model_fields}
        made = {"created_by": cer.created_by, "created_at": cer.created_at}
        return cls.model_validate({**outline, **made, "deleted_by": trace.act.by, "deleted_at": trace.act.at})


class CerList(BaseModel):
    """The CERs of a dossier, by number, and the propositions that were deleted, the last deleted first."""

    cers: list[CerLine]
    deleted: list[DeletedCer]


class HistoryLine(BaseModel):
    """One accepted move: who, when, from where to where."""

    at: datetime
    actor: str
    on_behalf_of: str | None
    verb: str
    from_state: str | None
    to_state: str
    details: dict[str, Any]
    reason: str

    @classmethod
    def of(cls, move: Move) -> Self:
        """A line as the domain keeps it."""
        return cls(
            at=move.act.at,
            actor=move.act.by,
            on_behalf_of=move.act.on_behalf_of,
            verb=move.verb,
            from_state=move.from_state,
            to_state=move.to_state,
            details=move.details,
            reason=move.reason,
        )


class History(BaseModel):
    """The life of a CER, oldest first."""

    history: list[HistoryLine]


def _life(cer: Cer, today: date) -> str | None:
    return life(cer.draft, today).value if cer.state is State.VALIDE else None


def _outline(cer: Cer) -> dict[str, Any]:
    draft = cer.draft
    return {
        "id": cer.id,
        "version": cer.version,
        "numero": draft.numero,
        "nature": draft.nature.value,
        "state": cer.state.value,
        "date_signature": draft.date_signature,
        "date_debut": draft.date_debut,
        "date_fin": draft.date_fin,
        "dernier_contrat": draft.dernier_contrat,
        "priority": draft.priority,
        "accord": cer.accord.value_shown,
        "signing": SigningView(
            state=cer.signing.state.value,
            attempt=cer.signing.attempt,
            deadline=cer.signing.deadline,
            ending=cer.signing.ending,
        ),
    }
