"""Who may do what, and whose messages: one table. The admin sees what became of messages, never to whom."""

from typing import Final

from shared.kernel.errors import Forbidden, NotFound
from shared.security import reach
from shared.security.principal import Principal, Role
from shared.security.reach import Scope, Scopes, relation, roles_of

_TERRITORIAL = {Role.REFERENT: Scope.TERRITORY, Role.SECRETARIAT: Scope.TERRITORY}
_SERVICE = {Role.SERVICE_INSERTION: Scope.ALL}
_EVERYWHERE = _SERVICE | {Role.ADMIN: Scope.ALL}

SCOPES: Final[Scopes] = {
    "list-messages": _TERRITORIAL | _EVERYWHERE | {Role.CHEF_DE_SERVICE: Scope.ALL},
    "resend-message": _TERRITORIAL | _EVERYWHERE,
    # What the person read holds their name: not for the admin.
    "read-message": _TERRITORIAL | _SERVICE | {Role.CHEF_DE_SERVICE: Scope.ALL},
    "change-preference": _TERRITORIAL | _SERVICE,
    "read-print-batches": {Role.SECRETARIAT: Scope.TERRITORY} | _SERVICE,
    "make-print-batch": {Role.SECRETARIAT: Scope.TERRITORY} | _SERVICE,
    "preview-templates": {Role.ADMIN: Scope.ALL},
    "read-audit": {Role.ADMIN: Scope.ALL},
    "read-audit-head": {Role.ADMIN: Scope.ALL, Role.PARTNER: Scope.ALL},
}

RIGHTS: Final = roles_of(SCOPES)

# What these answer names no person: they leave no line in the audit. Every other operation does.
IMPERSONAL: Final = frozenset({"preview-templates", "read-audit-head"})


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


def check_territory(agent: Principal, operation: str, territory: str | None) -> None:
    """For what belongs to a territory, or to all of them: none. Raises NotFound, Forbidden."""
    if territory is None and bounds(agent, operation) is not None:
        raise Forbidden("Seul le service insertion fait un lot de tout le département : choisissez votre territoire.")
    check(agent, operation, territory or "", None)


def sees_recipients(agent: Principal) -> bool:
    """Whether the (masked) address of a recipient is shown to this agent."""
    return agent.role is not Role.ADMIN
