"""Who may do what: the one table, tested cell by cell. The référent reads the return in contracts, not here.

The insertion service and its head work for the whole département: no territory and no accompaniment is asked for. A
commission's members read the sessions that they sit in (`OWN`), from their convening to their closing.
"""

from typing import Final

from shared.security.principal import Role
from shared.security.reach import Scope, Scopes, roles_of

_SERVICE = {Role.SERVICE_INSERTION: Scope.ALL}
_DECIDERS = {Role.CHEF_DE_SERVICE: Scope.ALL}
_KEEPERS = {Role.ADMIN: Scope.ALL}
_SITS = {Role.COMMISSION: Scope.OWN}

SCOPES: Final[Scopes] = {
    "list-studies": _SERVICE | _DECIDERS,
    "count-studies": _SERVICE | _DECIDERS,
    "read-study": _SERVICE | _DECIDERS,
    "take-charge": _SERVICE | _DECIDERS,
    "route-studies": _SERVICE,
    "read-routing-rules": _SERVICE | _DECIDERS | _KEEPERS,
    "change-routing-rules": _KEEPERS,
    "send-to-commission": _SERVICE,
    "send-to-chef-de-service": _SERVICE,
    "take-back-study": _SERVICE,
    "return-study": _SERVICE,
    "give-opinion": _SERVICE,
    "record-outcome": _SERVICE,
    # An agent of the service decides by delegation alone: the command asks for it.
    "decide": _SERVICE | _DECIDERS,
    "read-figures": _SERVICE | _DECIDERS,
    "read-agent-figures": _DECIDERS,
    "list-delegations": _SERVICE | _DECIDERS | _KEEPERS,
    "give-delegation": _DECIDERS | _KEEPERS,
    "end-delegation": _DECIDERS | _KEEPERS,
    "list-sessions": _SERVICE | _DECIDERS | _SITS,
    "read-session": _SERVICE | _DECIDERS | _SITS,
    "read-session-history": _SERVICE | _DECIDERS,
    "prepare-session": _SERVICE,
    "change-session": _SERVICE,
    "change-agenda": _SERVICE,
    "convene-session": _SERVICE,
    "hold-session": _SERVICE,
    "cancel-session": _SERVICE,
    "record-outcomes": _SERVICE,
    "read-quorums": _SERVICE | _DECIDERS | _KEEPERS,
    "ask-quorum": _KEEPERS,
    "read-audit": _KEEPERS,
    "read-audit-head": _KEEPERS | {Role.PARTNER: Scope.ALL},
}

RIGHTS: Final = roles_of(SCOPES)

# What these answer names no person: they leave no line in the audit. Every other operation does.
IMPERSONAL: Final = frozenset(
    {
        "count-studies",
        "list-delegations",
        "list-sessions",
        "read-agent-figures",
        "read-audit-head",
        "read-figures",
        "read-quorums",
        "read-routing-rules",
    }
)

# Who decides in their own right, and releases what others have in charge.
HEADS: Final = frozenset({Role.CHEF_DE_SERVICE})

# The others see those that they hold.
SEES_ALL_DELEGATIONS: Final = frozenset({Role.CHEF_DE_SERVICE, Role.ADMIN})
