"""Who may do what: the one table, tested cell by cell.

An edition shows the social texts: the secretariat and the admin see none. A référent sees those of their territory
(domain rule, checked where the edition is known). A commission's members have no grant as long as sessions are not
known here.
"""

from typing import Final

from shared.kernel.errors import Forbidden
from shared.security.principal import Principal, Role

_READERS = frozenset({Role.REFERENT, Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE})

RIGHTS: Final[dict[str, frozenset[Role]]] = {
    "list-editions": _READERS,
    "read-edition": _READERS,
    "read-edition-content": _READERS,
}


def sees_territory(agent: Principal, territory: str) -> bool:
    """Whether the agent works with the persons of this territory."""
    return agent.role is not Role.REFERENT or agent.territory == territory


def check_territory(agent: Principal, territory: str) -> None:
    """Raises Forbidden when the edition is of another territory than the référent's."""
    if not sees_territory(agent, territory):
        raise Forbidden("Ce CER relève d'un autre territoire que le vôtre.")
