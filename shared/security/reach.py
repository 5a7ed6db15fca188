"""Who reaches which dossiers: role × operation × how near the dossier is to the agent. The one rule of every service.

Each service has its own table (`services/<name>/domain/rights.py`); what is in none is denied. Whose a dossier is comes
from contracts' events, where an agent works and for whom they stand in from the directory (`Principal.at_work`).
"""

from collections.abc import Mapping
from enum import IntEnum

from shared.kernel.errors import Forbidden, NotFound
from shared.security.principal import Principal, Role


class Scope(IntEnum):
    """Which dossiers an operation reaches; each holds the one before.

    `OPENED`: those alone that were opened to the agent by name, for a time; it is no matter of nearness.
    """

    OPENED = 0
    OWN = 1
    TERRITORY = 2
    ALL = 3


class Relation(IntEnum):
    """How near a dossier is to an agent; each is farther than the one before. A scope reaches those up to its own.

    `OPENED`: whose reader asks by no other right.
    """

    OPENED = 0
    OWN = 1
    TERRITORY = 2
    OTHER = 3

    @property
    def label(self) -> str:
        """As the audit writes it."""
        return self.name.lower()


Scopes = Mapping[str, Mapping[Role, Scope]]


def roles_of(scopes: Scopes) -> Mapping[str, frozenset[Role]]:
    """For each operation, the roles that may do it at all: what an endpoint asks before it knows the dossier."""
    return {operation: frozenset(of_roles) for operation, of_roles in scopes.items()}


def relation(agent: Principal, territory: str, referent_id: str | None) -> Relation:
    """How near a dossier of this territory, accompanied by this référent, is to the agent."""
    if referent_id in agent.accompanies_as:
        return Relation.OWN
    if territory in agent.territories:
        return Relation.TERRITORY
    return Relation.OTHER


def reaches(scope: Scope | None, near: Relation) -> bool:
    """Whether an operation of this scope reaches a dossier as near as this; none reaches nothing."""
    return scope is not None and near <= scope


def check(scope: Scope | None, near: Relation, *, unknown: NotFound, not_theirs: Forbidden) -> None:
    """Raises `unknown` for a dossier that the agent may not know of, `not_theirs` for one that they may only read."""
    if scope is None:
        raise Forbidden("Votre rôle ne permet pas cette action.")
    if reaches(scope, near):
        return
    if near is Relation.OTHER or scope is Scope.OPENED:
        raise unknown
    raise not_theirs
