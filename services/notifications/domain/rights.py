"""Who may do what: the one table, tested cell by cell. The admin sees what became of messages, never to whom."""

from typing import Final

from shared.kernel.errors import Forbidden
from shared.security.principal import Principal, Role

_TERRITORIAL = frozenset({Role.REFERENT, Role.SECRETARIAT})
_EVERYWHERE = frozenset({Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE})

RIGHTS: Final[dict[str, frozenset[Role]]] = {
    "list-messages": _TERRITORIAL | _EVERYWHERE | {Role.ADMIN},
    "resend-message": _TERRITORIAL | {Role.SERVICE_INSERTION, Role.ADMIN},
}


def territory_of(agent: Principal) -> str | None:
    """The only territory whose messages this agent may see; none for all of them. Raises Forbidden."""
    if agent.role not in _TERRITORIAL:
        return None
    if agent.territory is None:
        raise Forbidden("Votre compte n'a pas de territoire : demandez-le au service informatique.")
    return agent.territory


def sees_recipients(agent: Principal) -> bool:
    """Whether the (masked) address of a recipient is shown to this agent."""
    return agent.role is not Role.ADMIN
