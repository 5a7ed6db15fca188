"""In what order CERs wait, and which of them a list of work asks for."""

from collections.abc import Iterable
from enum import StrEnum

from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import State

# The list that is shipped, most pressing first. A code added by the admin and unknown here stands before `normale`:
# somebody chose it because the CER is not ordinary. A draft whose priorité is not chosen yet comes last.
# The column `priority_rank` computes the same in the database; a test holds both together.
PRESSING: tuple[str, ...] = ("urgente", "suspension_en_cours", "retablissement_droits", "situation_sensible")
ORDINARY = "normale"

LISTED: tuple[State, ...] = tuple(state for state in State if state is not State.SUPPRIME)

_UNDER_WAY = frozenset({SigningState.PREPARING, SigningState.OPEN})


class Sort(StrEnum):
    """The two orders of a worklist; equal ones follow the id."""

    PRIORITY = "priority"
    DATE_FIN = "date_fin"


def priority_rank(priority: str | None) -> int:
    """Smaller is sooner."""
    if priority is None:
        return len(PRESSING) + 2
    if priority in PRESSING:
        return PRESSING.index(priority)
    return len(PRESSING) + 1 if priority == ORDINARY else len(PRESSING)


def states_to_look_at(asked: Iterable[State], signing: SigningState | None) -> tuple[State, ...]:
    """The states in which such a CER can be: one whose signature is under way is a proposition (`signing.py`)."""
    states = tuple(asked) or LISTED
    if signing in _UNDER_WAY:
        states = tuple(state for state in states if state is State.PROPOSITION)
    return tuple(state for state in LISTED if state in states)
