"""Who may do what: the one table, tested cell by cell; and whose requests an agent sees."""

from typing import Final

from shared.kernel.errors import NotFound
from shared.security.principal import Principal, Role

_SIGNS = frozenset({Role.REFERENT})
_READS = _SIGNS | {Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE}

# A secretary sees no social text, so neither the pages nor the signed file.
RIGHTS: Final[dict[str, frozenset[Role]]] = {
    "list-signatures": _READS,
    "read-signature": _READS,
    "read-page": _READS,
    "read-document": _READS,
    "send-code": _SIGNS,
    "enter-code": _SIGNS,
    "refuse": _SIGNS,
}


def sees(agent: Principal, territory: str, referent_id: str | None) -> bool:
    """Whether a request is the agent's own, of their territory, or they work for the whole département."""
    return agent.role is not Role.REFERENT or agent.subject == referent_id or agent.territory == territory


def check_sees(agent: Principal, territory: str, referent_id: str | None) -> None:
    """Raises NotFound where the agent may not even know that the request exists."""
    if not sees(agent, territory, referent_id):
        raise NotFound("Aucune demande de signature ne porte cet identifiant : revenez au CER.")
