"""Who may do what, and whose messages: one table. The admin sees what became of messages, never to whom."""

from typing import Final

from shared.kernel.errors import Forbidden, NotFound
from shared.security import reach
from shared.security.principal import Principal, Role
from shared.security.reach import Scope, Scopes, relation, roles_of

_TERRITORIAL = {Role.REFERENT: Scope.TERRITORY, Role.SECRETARIAT: Scope.TERRITORY}
_EVERYWHERE = {Role.SERVICE_INSERTION: Scope.ALL, Role.ADMIN: Scope.ALL}

SCOPES: Final[Scopes] = {
    "list-messages": _TERRITORIAL | _EVERYWHERE | {Role.CHEF_DE_SERVICE: Scope.ALL},
    "resend-message": _TERRITORIAL | _EVERYWHERE,
}

RIGHTS: Final = roles_of(SCOPES)


def bounds(agent: Principal, operation: str) -> Principal | None:
    """The agent, where the operation reaches only their territories and those whom they accompany; none for all."""
    return None if SCOPES[operation].get(agent.role) is Scope.ALL else agent


def check(agent: Principal, operation: str, territory: str, referent_id: str | None) -> None:
    """Raises NotFound where the agent may not even know of the message, Forbidden for another role."""
    reach.check(
        SCOPES[operation].get(agent.role),
        relation(agent, territory, referent_id),
        unknown=NotFound("Aucun message ne porte cet identifiant dans votre territoire."),
        not_theirs=Forbidden("Seul le référent qui accompagne cette personne peut le faire."),
    )


def sees_recipients(agent: Principal) -> bool:
    """Whether the (masked) address of a recipient is shown to this agent."""
    return agent.role is not Role.ADMIN
