"""In what order CERs wait, and which of them a list of work asks for."""

from collections.abc import Iterable
from enum import StrEnum

from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import State

# The rank of a draft whose priorité is not chosen yet: after any that a list gives. The other ranks are the list's own,
# copied into each CER by the database (migration 0021), which holds the same number; a test holds both together.
NOT_CHOSEN = 32_767

LISTED: tuple[State, ...] = tuple(state for state in State if state is not State.SUPPRIME)

_UNDER_WAY = frozenset({SigningState.PREPARING, SigningState.OPEN})


class Sort(StrEnum):
    """The two orders of a worklist; equal ones follow the id."""

    PRIORITY = "priority"
    DATE_FIN = "date_fin"


def states_to_look_at(asked: Iterable[State], signing: SigningState | None) -> tuple[State, ...]:
    """The states in which such a CER can be: one whose signature is under way is a proposition (`signing.py`)."""
    states = tuple(asked) or LISTED
    if signing in _UNDER_WAY:
        states = tuple(state for state in states if state is State.PROPOSITION)
    return tuple(state for state in LISTED if state in states)
