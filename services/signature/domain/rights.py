"""Who may do what, and on whose requests: one table, tested cell by cell.

Who may read the CER in contracts reads its request; whoever accompanies the person, or stands in for who does, has it
signed. A secretary sees no social text, so neither the pages nor the signed file.
"""

from typing import Final

from services.signature.domain.rules import NotYourCer
from shared.kernel.errors import NotFound
from shared.security import reach
from shared.security.principal import Principal, Role
from shared.security.reach import Scope, Scopes, relation, roles_of

_SIGNS = {Role.REFERENT: Scope.OWN}
_READS = {Role.REFERENT: Scope.TERRITORY, Role.SERVICE_INSERTION: Scope.ALL, Role.CHEF_DE_SERVICE: Scope.ALL}

SCOPES: Final[Scopes] = {
    "list-signatures": _READS,
    "read-signature": _READS,
    "read-page": _READS,
    "read-document": _READS,
    "read-evidence": _READS,
    "send-code": _SIGNS,
    "enter-code": _SIGNS,
    "refuse": _SIGNS,
    "read-link": _SIGNS,
    "read-audit": {Role.ADMIN: Scope.ALL},
    "read-audit-head": {Role.ADMIN: Scope.ALL, Role.PARTNER: Scope.ALL},
}

RIGHTS: Final = roles_of(SCOPES)

# What this answers names no person: it leaves no line in the audit. Every other operation does.
IMPERSONAL: Final = frozenset({"read-audit-head"})


def sees(agent: Principal, operation: str, territory: str, referent_id: str | None) -> bool:
    """Whether the request, for a dossier of this territory that this référent accompanies, is among those reached."""
    return reach.reaches(SCOPES[operation].get(agent.role), relation(agent, territory, referent_id))


def check(agent: Principal, operation: str, territory: str, referent_id: str | None) -> None:
    """Raises NotFound where the agent may not even know that the request exists, NotYourCer where they only read."""
    reach.check(
        SCOPES[operation].get(agent.role),
        relation(agent, territory, referent_id),
        unknown=NotFound("Aucune demande de signature ne porte cet identifiant : revenez au CER."),
        not_theirs=NotYourCer(),
    )
