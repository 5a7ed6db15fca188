"""The CERs of a dossier, one after the other: the former ones decided, the last one anywhere in its life.

Their texts are a few, written beforehand: no list shows them, and a million different ones would only take longer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

import orjson

from services.contracts.adapters.repository.cer_rows import row_of
from services.contracts.domain.cers.accord import Accord
from services.contracts.domain.cers.dates import end_after, first_of_next_month
from services.contracts.domain.cers.decision import Decision, Proof
from services.contracts.domain.cers.draft import Draft, Etape, Nature, Objective
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.signing import Signing, SigningState
from services.contracts.domain.cers.states import State
from services.contracts.domain.cers.worklist import NOT_CHOSEN
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.reference.lists import ListName
from services.contracts.domain.reference.shipped.lists import LISTS
from shared.events.files import FileRef
from tools.seed.people import Place, identifier

Row = dict[str, Any]
Line = tuple[Any, ...]
LINE = ("cer_id", "version", "verb", "from_state", "to_state", "actor", "at", "details", "reason")


T = TypeVar("T")


def _table(*weighted: tuple[T, int]) -> tuple[T, ...]:
    """Each value as often as its weight, in 100: drawn by one index."""
    return tuple(value for value, weight in weighted for _ in range(weight))


def _pick(luck: Random, table: Sequence[T]) -> T:
    return table[int(luck.random() * len(table))]


_LAST = _table(
    (State.VALIDE, 20),
    (State.PROPOSITION, 33),
    (State.SOUMIS_A_ETUDE, 17),
    (State.ETUDE_EN_COMMISSION, 10),
    (State.ATTENTE_DECISION, 15),
    (State.NON_VALIDE, 3),
    (State.SUPPRIME, 2),
)
# Together with the last ones, 55 in 100 are valides.
_FORMER = _table((State.VALIDE, 85), (State.NON_VALIDE, 8), (State.SUPPRIME, 7))
_COUNTS = _table((0, 10), (1, 29), (2, 30), (3, 18), (4, 8), (5, 5))
# Decisions that the référent opened.
_READ = 0.97
_DECIDED = frozenset({State.VALIDE, State.NON_VALIDE})
_CODES = {one.name: [entry.code for entry in one.entries] for one in LISTS}
_PRIORITIES = _table(*zip(_CODES[ListName.PRIORITIES], (82, 6, 5, 3, 4), strict=True))
# As the triggers, which are stopped, would copy them; the worker has them follow a list that the admin changed.
_RANKS = {entry.code: entry.rank for one in LISTS if one.name is ListName.PRIORITIES for entry in one.entries}
_NATURES = _table(("renouvellement", 82), ("modification", 12), ("retablissement", 6))
_MONTHS = _table((3, 15), (6, 55), (12, 25), (18, 5))
_STEPS = {State.ETUDE_EN_COMMISSION: "send_to_commission", State.ATTENTE_DECISION: "send_to_chef_de_service"}
_ENDINGS = {State.VALIDE: "validate", State.NON_VALIDE: "reject"}


def numbers(luck: Random, dossiers: int) -> list[int]:
    """How many CERs each dossier has: two on average, exactly."""
    found = [_pick(luck, _COUNTS) for _ in range(dossiers)]
    missing = 2 * dossiers - sum(found)
    while missing:
        place = luck.randrange(dossiers)
        step = 1 if missing > 0 else -1
        if found[place] + step >= 0:
            found[place] += step
            missing -= step
    return found


@dataclass(frozen=True)
class Written:
    """The rows of a CER and of its history."""

    cer: Row
    history: list[Line]


def cers(place: Place, luck: Random, dossier: Dossier, number: int) -> Iterator[Written]:
    """The CERs of a dossier, oldest first."""
    signed_on = place.now.date() - timedelta(days=int(luck.triangular(0, 420, 30)) + 1 + 210 * (number - 1))
    for numero in range(1, number + 1):
        state = _pick(luck, _LAST if numero == number else _FORMER)
        yield _written(luck, dossier, numero, state, signed_on)
        signed_on += timedelta(days=210)


def _written(luck: Random, dossier: Dossier, numero: int, state: State, signed_on: date) -> Written:
    created_at = datetime.combine(signed_on, time(7), UTC) + timedelta(minutes=int(luck.random() * 600))
    start = first_of_next_month(signed_on)
    months = _pick(luck, _MONTHS)
    submitted = state is not State.PROPOSITION and state is not State.SUPPRIME
    returned = state is State.PROPOSITION and luck.random() < 0.15
    submitted_at = created_at + timedelta(days=luck.random() * 6 + 0.1) if submitted or returned else None
    decided_at = submitted_at + timedelta(days=luck.random() * 20) if submitted_at and state in _DECIDED else None
    agent = dossier.referent_id or "referent-fictif-0000"
    cer_id = identifier(luck, created_at)
    row = {
        **_pick(luck, _templates(state)),
        "id": cer_id,
        "dossier_id": dossier.id,
        "territory": dossier.territory,
        "referent_id": dossier.referent_id,
        "created_by": agent,
        "created_at": created_at,
        "numero": numero,
        "nature": "premier" if numero == 1 else _pick(luck, _NATURES),
        "date_signature": signed_on,
        "date_debut": start,
        "date_fin": None if luck.random() < 0.04 else end_after(start, months),
        "duration_months": months,
        "dernier_contrat": luck.random() < 0.05,
        "priority": (priority := _priority(luck, submitted=submitted)),
        "priority_rank": _RANKS[priority] if priority else NOT_CHOSEN,
        "submission": int(submitted_at is not None),
        "submitted_at": submitted_at,
        "decided_at": decided_at,
        "version": 1,
    }
    if decided_at is not None:
        if luck.random() < _READ:
            row |= {"decision_read_at": decided_at + timedelta(days=2), "decision_read_by": agent}
        row["decision"] = row["decision"].replace(_SOME_INSTANT, decided_at.isoformat())
    return Written(row, _history(row, state, agent))


def _priority(luck: Random, *, submitted: bool) -> str | None:
    if not submitted and luck.random() < 0.4:
        return None
    return _pick(luck, _PRIORITIES)


def _history(row: Row, state: State, agent: str) -> list[Line]:
    moves: list[tuple[str, State | None, State, str, datetime]] = [
        ("create", None, State.PROPOSITION, agent, row["created_at"])
    ]
    if state is State.SUPPRIME:
        moves.append(("delete", State.PROPOSITION, state, agent, row["created_at"] + timedelta(days=1)))
    if (at := row["submitted_at"]) is not None:
        moves.append(("submit", State.PROPOSITION, State.SOUMIS_A_ETUDE, agent, at))
        moves += _study(state, at, row["decided_at"])
    return [
        (row["id"], 1, verb, source and source.value, target.value, actor, at, "{}", "")
        for verb, source, target, actor, at in moves
    ]


def _study(
    state: State, at: datetime, decided_at: datetime | None
) -> Iterator[tuple[str, State | None, State, str, datetime]]:
    service = "service:validation"
    if state is State.PROPOSITION:
        yield ("return_for_complement", State.SOUMIS_A_ETUDE, state, service, at)
    desk = State.ATTENTE_DECISION if state in _DECIDED else state
    if desk in _STEPS:
        yield (_STEPS[desk], State.SOUMIS_A_ETUDE, desk, service, at)
    if decided_at is not None:
        yield (_ENDINGS[state], desk, state, service, decided_at)


_SOME_INSTANT = "2001-01-01T00:00:00Z"
_SOME_ID = UUID("01980000-0000-7000-8000-000000000000")
_TEMPLATES: dict[State, list[Row]] = {}


def _templates(state: State) -> list[Row]:
    """Rows of CERs in this state, as the repository writes them, with JSON as COPY takes it."""
    if state not in _TEMPLATES:
        _TEMPLATES[state] = [
            {name: orjson.dumps(value).decode() if isinstance(value, dict) else value for name, value in row.items()}
            for row in map(row_of, _examples(state))
        ]
    return _TEMPLATES[state]


def _examples(state: State) -> Iterator[Cer]:
    luck = Random(state.value)
    for number in range(60):
        signed = state not in {State.PROPOSITION, State.SUPPRIME} or number % 12 == 0
        by_sms = signed and number % 3 != 2 and state is not State.SUPPRIME
        yield Cer(
            _SOME_ID,
            _SOME_ID,
            _draft(luck),
            "seed",
            datetime.fromisoformat(_SOME_INSTANT),
            state=state,
            accord=Accord.OUI_SMS if by_sms else Accord.OUI_CASE if signed else Accord.NC,
            signing=_signing(state, number, by_sms=by_sms),
            proof=_proof() if by_sms else None,
            decision=_decision(state, number) if state in _DECIDED else None,
        )


def _draft(luck: Random) -> Draft:
    themes = luck.sample(_CODES[ListName.THEMES], 2)
    return Draft(
        numero=1,
        nature=Nature.RENOUVELLEMENT,
        requests=("rappel",) if luck.random() < 0.1 else (),
        situation="Vit en location, permis B, sans véhicule. " * luck.randint(2, 6),
        evaluation="L'atelier a été suivi ; la recherche d'un véhicule continue. " * luck.randint(1, 4),
        objectives=tuple(
            Objective(
                theme=theme,
                person_does="Prend rendez-vous.",
                referent_does="Instruit l'aide.",
                etapes=(Etape(label="Rendez-vous"),),
            )
            for theme in themes
        ),
        expression="La personne ne souhaite rien exprimer.",
    )


def _signing(state: State, number: int, *, by_sms: bool) -> Signing:
    if by_sms:
        return Signing(SigningState.SIGNED, 1)
    if state is State.PROPOSITION and number % 12 == 1:
        # Far off, so that nothing gives it up while it is looked at.
        return Signing(SigningState.OPEN, 1, datetime(2099, 1, 1, tzinfo=UTC))
    return Signing()


def _proof() -> Proof:
    file = FileRef(uri="object:signature/exemple", sha256="0" * 64, size=1)
    return Proof(
        signature_id=_SOME_ID,
        edition_id=_SOME_ID,
        signed_at=datetime.fromisoformat(_SOME_INSTANT),
        entered_by="referent",
        document=file,
        evidence=file,
    )


def _decision(state: State, number: int) -> Decision:
    return Decision(
        outcome=state.value,
        path="commission" if number % 4 == 0 else "chef_de_service",
        decided_at=datetime.fromisoformat(_SOME_INSTANT),
        decided_by="chef-fictif",
        comment="Décision d'essai.",
        motives=() if state is State.VALIDE else ("objectifs",),
    )
