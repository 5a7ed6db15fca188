"""Two dossiers that may be one person: proposed with reasons, never joined by rule."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.contracts.domain.dossiers.names import closeness
from services.contracts.domain.moves import Act
from shared.kernel.errors import Refusal
from shared.kernel.ids import derived_id

# Below, two names are those of two persons: `MARTIN` and `MORIN` are at 0.67.
_NEAR = 0.75
# What the history of a CER says of a merge of its dossier into another.
MERGE = "merge"


@dataclass(frozen=True)
class Traits:
    """What tells a person, as compared: keys without accents, case, hyphens or spaces."""

    id: UUID
    nom: str
    usage: str
    prenom: str
    birth: date
    mail: str | None
    telephone: str | None


@dataclass(frozen=True)
class Likeness:
    """Why two dossiers may be one person, and from 0 to 1 how likely it looks."""

    reasons: tuple[str, ...]
    score: float


def likeness(one: Traits, other: Traits) -> Likeness | None:
    """Names that are alike, and a birth date, a mail or a telephone in common; none otherwise."""
    prenom = closeness(one.prenom, other.prenom)
    nom = closeness(one.nom, other.nom)
    # A married name for a birth name: entered in the wrong box, or after a marriage.
    crossed = max((closeness(a, b) for a, b in _crossed(one, other) if a and b), default=0.0)
    names = min(prenom, max(nom, crossed))
    shared = _shared(one, other)
    if names < _NEAR or not shared:
        return None
    exact = prenom == nom == 1
    alike = "same-name" if exact else "married-name" if crossed > nom else "near-name"
    return Likeness((alike, *shared), round(names * max(_WEIGHTS[reason] for reason in shared), 3))


_WEIGHTS = {"same-birth": 1.0, "inverted-birth": 0.95, "same-telephone": 0.9, "same-mail": 0.9}


def _crossed(one: Traits, other: Traits) -> tuple[tuple[str, str], ...]:
    return ((one.nom, other.usage), (one.usage, other.nom), (one.usage, other.usage))


def _shared(one: Traits, other: Traits) -> list[str]:
    found = {
        "same-birth": one.birth == other.birth,
        "inverted-birth": one.birth != other.birth and inverted(one.birth) == other.birth,
        "same-telephone": one.telephone is not None and one.telephone == other.telephone,
        "same-mail": one.mail is not None and other.mail is not None and one.mail.lower() == other.mail.lower(),
    }
    return [reason for reason, holds in found.items() if holds]


def inverted(birth: date) -> date | None:
    """The date with its day and month exchanged, where there is one."""
    return date(birth.year, birth.day, birth.month) if birth.day <= 12 else None


class DuplicateState(StrEnum):
    """What an admin said of two dossiers."""

    OPEN = "open"
    DISMISSED = "dismissed"
    MERGED = "merged"


class DuplicateSettled(Refusal):
    """Somebody decided already."""

    code = "duplicate-settled"
    title = "Doublon déjà traité"


@dataclass
class Duplicate:
    """Two dossiers to be looked at side by side, the smaller id first."""

    one: UUID
    other: UUID
    likeness: Likeness
    found_at: datetime
    state: DuplicateState = DuplicateState.OPEN
    reason: str = ""
    act: Act | None = None
    version: int = 0

    @property
    def id(self) -> UUID:
        """The same however often the two are found."""
        return derived_id("duplicate", *sorted((self.one, self.other)))

    def dismiss(self, reason: str, act: Act) -> None:
        """They are two persons. Raises DuplicateSettled."""
        if self.state is not DuplicateState.OPEN:
            raise DuplicateSettled("Ce doublon a déjà été écarté ou fusionné : rechargez la liste.")
        self.state, self.reason, self.act = DuplicateState.DISMISSED, reason, act

    def merge(self, act: Act) -> None:
        """They are one person, whose two dossiers become one."""
        self.state, self.act = DuplicateState.MERGED, act

    def handed_over(self, absorbed: UUID, survivor: UUID) -> "Duplicate":
        """The same of the dossier that remains of a merge: open, or dismissed as it was."""
        one, other = sorted(survivor if side == absorbed else side for side in (self.one, self.other))
        return replace(self, one=one, other=other)
