"""Who may do what, cell by cell: role × operation × relation to the dossier. What is not written is denied."""

from itertools import product

import pytest

from services.signature.domain import rules
from services.signature.domain.rights import RIGHTS, SCOPES, check, sees
from shared.kernel.errors import Forbidden, NotFound
from shared.security.principal import Role
from tests.builders.events import REFERENT_ID, TERRITORY
from tests.builders.relations import ALL, NEAR, OWN, RELATIONS, principal

READING = {"list-signatures", "read-signature", "read-page", "read-document", "read-evidence"}
ACTING = {"send-code", "enter-code", "refuse", "read-link"}
AUDIT = {"read-audit": ALL, "read-audit-head": ALL}
ALLOWED: dict[Role, dict[str, frozenset[str]]] = {
    Role.REFERENT: {**dict.fromkeys(READING, NEAR), **dict.fromkeys(ACTING, OWN)},
    Role.SERVICE_INSERTION: dict.fromkeys(READING, ALL),
    Role.CHEF_DE_SERVICE: dict.fromkeys(READING, ALL),
    Role.SECRETARIAT: {},
    Role.COMMISSION: {},
    Role.PARTNER: {"read-audit-head": ALL},
    Role.ADMIN: AUDIT,
}


@pytest.mark.parametrize(("role", "operation", "relation"), list(product(Role, SCOPES, RELATIONS)))
def test_every_cell(role: Role, operation: str, relation: str) -> None:
    agent = principal(role, relation)
    allowed = relation in ALLOWED[role].get(operation, frozenset())

    assert (role in RIGHTS[operation]) is (operation in ALLOWED[role])
    assert sees(agent, operation, TERRITORY, REFERENT_ID) is allowed
    if allowed:
        check(agent, operation, TERRITORY, REFERENT_ID)
    else:
        with pytest.raises((Forbidden, NotFound)):
            check(agent, operation, TERRITORY, REFERENT_ID)


def test_no_operation_is_left_out() -> None:
    assert set(SCOPES) == READING | ACTING | AUDIT.keys()


def test_a_colleague_of_the_territory_is_told_whose_the_cer_is_and_a_stranger_nothing() -> None:
    with pytest.raises(rules.NotYourCer):
        check(principal(Role.REFERENT, "territory"), "send-code", TERRITORY, REFERENT_ID)
    with pytest.raises(NotFound):
        check(principal(Role.REFERENT, "elsewhere"), "send-code", TERRITORY, REFERENT_ID)


def test_nobody_has_a_request_signed_whose_referent_is_not_known_yet() -> None:
    with pytest.raises(rules.NotYourCer):
        check(principal(Role.REFERENT, "own"), "send-code", TERRITORY, None)
