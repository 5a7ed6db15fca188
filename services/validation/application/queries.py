"""The worklist and the file of a study, as authorised agents see them: names are opened here, texts never."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.validation.application.ports import DecisionRow, Filter, MoveRow, Place, Reading, StudyRow
from shared.events.blocks import AgentCard, Identity
from shared.security.sealing import KeyRing


class Person(BaseModel):
    """Who the CER is about, as far as a worklist shows it."""

    civilite: str
    nom: str
    prenom: str
    date_naissance: date
    organisme: str
    matricule: str

    @classmethod
    def of(cls, identity: Identity) -> Self:
        """The name of use stands for the name of birth where there is one."""
        return cls(
            civilite=identity.civilite,
            nom=identity.nom_usage or identity.nom_naissance,
            prenom=identity.prenom,
            date_naissance=identity.date_naissance,
            organisme=identity.organisme,
            matricule=identity.matricule,
        )


class StudyLine(BaseModel):
    """A study in the worklist. `since`: when it came into its state; `submitted_at`: its age (both UTC)."""

    id: UUID
    cer_id: UUID
    dossier_id: UUID
    numero: int
    nature: str
    state: str
    since: datetime
    version: int
    submission: int
    submitted_at: datetime
    revision: int
    territory: str
    priority: str
    requests: list[str]
    accord: str
    date_debut: date
    date_demandee: date | None
    date_fin: date | None
    commission_kind: str | None
    opinion: str | None
    person: Person
    referent: AgentCard


class DecisionView(BaseModel):
    """The decision, without its words: agents read them with the CER, in contracts."""

    submission: int
    outcome: str
    path: str
    decided_at: datetime
    date_debut: date | None
    decider: AgentCard


class MoveView(BaseModel):
    """A line of the history."""

    version: int
    submission: int
    verb: str
    source: str | None
    target: str
    actor: str
    at: datetime
    detail: str


class StudyFile(StudyLine):
    """A study with its decision and its history."""

    decision: DecisionView | None
    history: list[MoveView]


@dataclass(frozen=True)
class Page:
    """Lines in the worklist's order; `following` is the place after which the next ones begin, if there are any."""

    studies: list[StudyLine]
    following: Place | None


async def worklist(reading: Reading, keys: KeyRing, wanted: Filter, after: Place | None, limit: int) -> Page:
    """A page of the worklist, from after this place."""
    rows = await reading.page(wanted, after, limit + 1)
    shown = rows[:limit]
    return Page([StudyLine(**_line(row, keys)) for row in shown], shown[-1].place if len(rows) > limit else None)


async def study_file(reading: Reading, keys: KeyRing, study_id: UUID) -> StudyFile:
    """One study. Raises NotFound."""
    row = await reading.study(study_id)
    decision = await reading.decision(study_id)
    return StudyFile(
        **_line(row, keys),
        decision=_decision(decision, keys) if decision else None,
        history=[_move(move) for move in await reading.history(study_id)],
    )


def _line(row: StudyRow, keys: KeyRing) -> dict[str, object]:
    return {
        **{name: getattr(row, name) for name in StudyLine.model_fields if name not in {"person", "referent"}},
        "person": Person.of(keys.open_token(Identity, row.identity)),
        "referent": keys.open_token(AgentCard, row.referent),
    }


def _decision(row: DecisionRow, keys: KeyRing) -> DecisionView:
    return DecisionView(
        submission=row.submission,
        outcome=row.outcome,
        path=row.path,
        decided_at=row.decided_at,
        date_debut=row.date_debut,
        decider=keys.open_token(AgentCard, row.decider),
    )


def _move(row: MoveRow) -> MoveView:
    return MoveView(**{name: getattr(row, name) for name in MoveView.model_fields})
