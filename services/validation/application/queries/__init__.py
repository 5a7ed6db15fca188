"""The worklist and the file of a study, as authorised agents see them: names are opened here, texts never."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.validation.application.ports import DecisionRow, Filter, MoveRow, Place, Reading, StudyRow
from services.validation.domain.ageing import Ageing
from services.validation.domain.routing.model import Case
from services.validation.domain.routing.proposal import Advice
from services.validation.domain.states import State
from services.validation.domain.values import Path
from shared.audit.witness import shown
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


class InCharge(BaseModel):
    """Who has a study in charge, and since when (UTC)."""

    agent: AgentCard
    since: datetime


class ProposalView(BaseModel):
    """Where the CER is proposed to go, and why: `kind` is to be chosen where a commission has none."""

    to: Path
    kind: str | None
    reason: str
    rule_id: UUID | None


class StudyLine(BaseModel):
    """A study in the worklist. `since`: when it came into its state; `submitted_at`: its age (both UTC).

    `due`: the instant from which it is late in its state; `late`: that instant has come. `proposal`: of one to route.
    """

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
    due: datetime | None
    late: bool
    in_charge: InCharge | None
    proposal: ProposalView | None
    person: Person
    referent: AgentCard


class DecisionView(BaseModel):
    """The decision, without its words: agents read them with the CER, in contracts."""

    submission: int
    outcome: str
    path: str
    decided_at: datetime
    date_debut: date | None
    motive_codes: list[str]
    delegation_id: UUID | None
    delegated_by: str | None
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


class SittingView(BaseModel):
    """A session with this study on its agenda; `ending` says how it left it, null while it is there. `at` is UTC."""

    session_id: UUID
    kind: str
    label: str
    at: datetime
    place: str
    state: str
    opinion: str | None
    ending: str | None
    postponed_to: UUID | None


class StudyFile(StudyLine):
    """A study with its decision, the sessions that examine or examined it, by date, and its history."""

    decision: DecisionView | None
    sessions: list[SittingView]
    history: list[MoveView]


@dataclass(frozen=True)
class Lens:
    """What a study is seen through: the keys that open names, what is late at this instant, what is proposed."""

    keys: KeyRing
    ageing: Ageing
    advice: Advice


@dataclass(frozen=True)
class Page:
    """Lines in the worklist's order; `following` is the place after which the next ones begin, if there are any."""

    studies: list[StudyLine]
    following: Place | None


async def worklist(reading: Reading, lens: Lens, wanted: Filter, after: Place | None, limit: int) -> Page:
    """A page of the worklist, from after this place."""
    rows = await reading.page(wanted, after, limit + 1)
    page = rows[:limit]
    shown(*page)
    return Page([StudyLine(**_line(row, lens)) for row in page], page[-1].place if len(rows) > limit else None)


async def study_file(reading: Reading, lens: Lens, study_id: UUID) -> StudyFile:
    """One study. Raises NotFound."""
    row = await reading.study(study_id)
    decision = await reading.decision(study_id)
    return StudyFile(
        **_line(row, lens),
        decision=_decision(decision, lens.keys) if decision else None,
        sessions=[SittingView(**asdict(one)) for one in await reading.sittings(study_id)],
        history=[_move(move) for move in await reading.history(study_id)],
    )


_WORKED_OUT = {"person", "referent", "in_charge", "due", "late", "proposal"}


def _line(row: StudyRow, lens: Lens) -> dict[str, object]:
    due = lens.ageing.thresholds.due(State(row.state), row.priority, row.since)
    return {
        **{name: getattr(row, name) for name in StudyLine.model_fields if name not in _WORKED_OUT},
        "person": Person.of(lens.keys.open_token(Identity, row.identity)),
        "referent": lens.keys.open_token(AgentCard, row.referent),
        "in_charge": _in_charge(row, lens.keys),
        "due": due,
        "late": lens.ageing.is_late(due),
        "proposal": _proposal(row, lens.advice),
    }


def _proposal(row: StudyRow, advice: Advice) -> ProposalView | None:
    if row.state != State.A_ORIENTER:
        return None
    made = advice.proposal(Case(row.nature, row.territory, row.priority, tuple(row.requests), row.accord))
    return ProposalView(to=made.route.path, kind=made.route.kind, reason=made.reason, rule_id=made.rule_id)


def _in_charge(row: StudyRow, keys: KeyRing) -> InCharge | None:
    if row.in_charge is None or row.in_charge_since is None:
        return None
    return InCharge(agent=keys.open_token(AgentCard, row.in_charge), since=row.in_charge_since)


def _decision(row: DecisionRow, keys: KeyRing) -> DecisionView:
    return DecisionView(
        submission=row.submission,
        outcome=row.outcome,
        path=row.path,
        decided_at=row.decided_at,
        date_debut=row.date_debut,
        motive_codes=row.motive_codes,
        delegation_id=row.delegation_id,
        delegated_by=row.delegated_by,
        decider=keys.open_token(AgentCard, row.decider),
    )


def _move(row: MoveRow) -> MoveView:
    return MoveView(**{name: getattr(row, name) for name in MoveView.model_fields})
