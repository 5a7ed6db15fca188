"""A person whom a file names and nobody can tell by rule: kept until an agent says who it is, then remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.contracts.domain.dossiers.household import Household, Person
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.moves import Act
from shared.kernel.errors import FieldProblem, Invalid, Refusal
from shared.kernel.ids import derived_id


class MatchingState(StrEnum):
    """What an agent said of the person."""

    OPEN = "open"
    SAME = "same"
    ANOTHER = "another"
    IGNORED = "ignored"


class MatchingResolved(Refusal):
    """Somebody said already who it is."""

    code = "matching-resolved"
    title = "Rapprochement déjà fait"


@dataclass
class Matching:
    """The person as the file has them, and the dossiers that they may be. `rank` tells apart two of one name."""

    household: Household
    person: Person
    rank: int
    candidates: tuple[UUID, ...]
    territory: str
    source: str
    line: int
    first_seen_at: datetime
    seen_at: datetime
    state: MatchingState = MatchingState.OPEN
    dossier_id: UUID | None = None
    act: Act | None = None
    version: int = 0

    @property
    def id(self) -> UUID:
        """The same for the same person in the same household: the next file finds it."""
        key, home = self.person.key, self.household
        return derived_id(
            "matching", home.organisme, home.numero_organisme, home.matricule, key.nom_naissance, key.prenom,
            key.date_naissance, self.rank,
        )  # fmt: skip

    def seen_again(self, now: "Matching") -> None:
        """The next file names them too: what it says now is what an agent will decide on."""
        self.person, self.seen_at, self.line, self.source = now.person, now.seen_at, now.line, now.source
        self.candidates = tuple(dict.fromkeys((*self.candidates, *now.candidates)))

    def resolve(self, state: MatchingState, dossier_id: UUID | None, act: Act) -> None:
        """What the agent decided. Raises MatchingResolved, Invalid."""
        if self.state is not MatchingState.OPEN:
            raise MatchingResolved("Un agent a déjà rapproché cette personne : rechargez la liste.")
        if state is MatchingState.OPEN:
            raise Invalid(
                "Dites si c'est la même personne, une autre, ou si elle est à écarter.",
                [FieldProblem("decision", "not-a-decision", "same, another ou ignored.")],
            )
        if state is MatchingState.SAME and dossier_id not in self.candidates:
            raise Invalid(
                "Choisissez le dossier de la personne parmi ceux qui sont proposés.",
                [FieldProblem("dossier_id", "not-a-candidate", "Un des dossiers proposés.")],
            )
        if state is not MatchingState.SAME and dossier_id is not None:
            raise Invalid(
                "Un dossier ne se choisit que pour la même personne.",
                [FieldProblem("dossier_id", "not-expected", "À laisser vide.")],
            )
        self.state, self.dossier_id, self.act = state, dossier_id, act


def may_be(person: Person, known: Sequence[Dossier]) -> tuple[UUID, ...]:
    """The dossiers of the household that the person may be: same key, or two of its three parts."""
    key = person.key
    return tuple(one.current_id for one in known if any(other == key or other.looks_like(key) for other in one.keys))
