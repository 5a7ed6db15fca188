"""Who may do what, and on whose editions: one table, tested cell by cell.

An edition shows the social texts: the secretariat and the admin see none. A référent sees those of the dossiers that
they may read in contracts. A commission's members see those before the decision of the CERs that were opened to them,
and the agenda of the session, from its convening to its closing. A print batch takes editions that its agent may read,
and is that agent's alone; a member prints none.
"""

from typing import Final

from shared.kernel.errors import Forbidden, NotFound
from shared.security import reach
from shared.security.principal import Principal, Role
from shared.security.reach import Relation, Scope, Scopes, relation, roles_of

_SERVICE = {Role.SERVICE_INSERTION: Scope.ALL, Role.CHEF_DE_SERVICE: Scope.ALL}
_SITS = {Role.COMMISSION: Scope.OPENED}
_PRINTERS = {Role.REFERENT: Scope.TERRITORY, **_SERVICE}
_READERS = {**_PRINTERS, **_SITS}

SCOPES: Final[Scopes] = {
    "list-editions": _READERS,
    "read-edition": _READERS,
    "read-edition-of-model": _READERS,
    "read-edition-content": _READERS,
    "list-session-editions": _SERVICE | _SITS,
    "read-session-edition": _SERVICE | _SITS,
    "prepare-print-batch": _PRINTERS,
    "list-print-batches": _PRINTERS,
    "read-print-batch": _PRINTERS,
    "read-print-batch-content": _PRINTERS,
    # An empty form tells nothing of anybody: whoever receives people may print it, a neighbour's too.
    "read-cer-vierge": dict.fromkeys(
        (Role.REFERENT, Role.SECRETARIAT, Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE, Role.ADMIN), Scope.ALL
    ),
    "read-audit": {Role.ADMIN: Scope.ALL},
    "read-audit-head": {Role.ADMIN: Scope.ALL, Role.PARTNER: Scope.ALL},
}

RIGHTS: Final = roles_of(SCOPES)

# What these answer names no person: they leave no line in the audit. Every other operation does.
IMPERSONAL: Final = frozenset({"list-session-editions", "read-audit-head", "read-cer-vierge"})


def by_opening(agent: Principal) -> bool:
    """Whether this agent reads only what was opened to them."""
    return SCOPES["read-edition"].get(agent.role) is Scope.OPENED


def sees(agent: Principal, operation: str, territory: str, referent_id: str | None, *, opened: bool = False) -> bool:
    """Whether the edition, of a dossier of this territory that this référent accompanies, is among those reached.

    `opened`: it was opened to them; it counts for nothing but `by_opening`.
    """
    return reach.reaches(SCOPES[operation].get(agent.role), _near(agent, territory, referent_id, opened=opened))


def check(agent: Principal, operation: str, territory: str, referent_id: str | None, *, opened: bool = False) -> None:
    """Raises NotFound where the agent may not even know that the edition exists, Forbidden for another role."""
    reach.check(
        SCOPES[operation].get(agent.role),
        _near(agent, territory, referent_id, opened=opened),
        unknown=NotFound("Aucune édition ne porte cet identifiant, ou elle n'est pas de votre territoire."),
        not_theirs=Forbidden("Seul le référent qui accompagne cette personne peut le faire."),
    )


def _near(agent: Principal, territory: str, referent_id: str | None, *, opened: bool) -> Relation:
    return Relation.OPENED if opened and by_opening(agent) else relation(agent, territory, referent_id)
