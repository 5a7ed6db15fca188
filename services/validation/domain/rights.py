"""Who may do what: the one table, tested cell by cell. The référent reads the return in contracts, not here."""

from typing import Final

from shared.security.principal import Role

_SERVICE = frozenset({Role.SERVICE_INSERTION})
_DECIDERS = frozenset({Role.CHEF_DE_SERVICE})

# A commission's members read the files of a session they sit in, once sessions are held here; until then, none.
RIGHTS: Final[dict[str, frozenset[Role]]] = {
    "list-studies": _SERVICE | _DECIDERS,
    "read-study": _SERVICE | _DECIDERS,
    "send-to-commission": _SERVICE,
    "send-to-chef-de-service": _SERVICE,
    "take-back-study": _SERVICE,
    "return-study": _SERVICE,
    "give-opinion": _SERVICE,
    "record-outcome": _SERVICE,
    "decide": _DECIDERS,
}
