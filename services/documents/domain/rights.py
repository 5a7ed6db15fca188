"""Who may do what, and on whose editions: one table, tested cell by cell.

An edition shows the social texts: the secretariat and the admin see none. A référent sees those of the dossiers that
they may read in contracts. A commission's members have no grant as long as sessions are not kept. A print batch takes
editions that its agent may read, and is that agent's alone.
"""

from typing import Final

from shared.kernel.errors import Forbidden, NotFound
from shared.security import reach
from shared.security.principal import Principal, Role
from shared.security.reach import Scope, Scopes, relation, roles_of

_READERS = {Role.REFERENT: Scope.TERRITORY, Role.SERVICE_INSERTION: Scope.ALL, Role.CHEF_DE_SERVICE: Scope.ALL}

SCOPES: Final[Scopes] = {
    "list-editions": _READERS,
    "read-edition": _READERS,
    "read-edition-of-model": _READERS,
    "read-edition-content": _READERS,
    "prepare-print-batch": _READERS,
    "read-print-batch": _READERS,
    "read-print-batch-content": _READERS,
    # An empty form tells nothing of anybody: whoever receives people may print it, a neighbour's too.
    "read-cer-vierge": dict.fromkeys(
        (Role.REFERENT, Role.SECRETARIAT, Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE, Role.ADMIN), Scope.ALL
    ),
}

RIGHTS: Final = roles_of(SCOPES)


def sees(agent: Principal, operation: str, territory: str, referent_id: str | None) -> bool:
    """Whether the edition, of a dossier of this territory that this référent accompanies, is among those reached."""
    return reach.reaches(SCOPES[operation].get(agent.role), relation(agent, territory, referent_id))


def check(agent: Principal, operation: str, territory: str, referent_id: str | None) -> None:
    """Raises NotFound where the agent may not even know that the edition exists, Forbidden for another role."""
    reach.check(
        SCOPES[operation].get(agent.role),
        relation(agent, territory, referent_id),
        unknown=NotFound("Aucune édition ne porte cet identifiant, ou elle n'est pas de votre territoire."),
        not_theirs=Forbidden("Seul le référent qui accompagne cette personne peut le faire."),
    )
