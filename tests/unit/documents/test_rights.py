"""Who may read editions, cell by cell: role × operation × relation to the dossier. What is not written is denied."""

from itertools import product

import pytest

from services.documents.domain.rights import RIGHTS, SCOPES, check, sees
from shared.kernel.errors import Forbidden, NotFound
from shared.security.principal import Role
from tests.builders.events import REFERENT_ID, TERRITORY
from tests.builders.relations import ALL, NEAR, RELATIONS, principal

# What a commission's member does to what was opened to them, and nothing else.
OPENED = {"list-editions", "read-edition", "read-edition-of-model", "read-edition-content"}
PAPERS = {"list-session-editions", "read-session-edition"}
READS = OPENED | {
    "prepare-print-batch",
    "list-print-batches",
    "read-print-batch",
    "read-print-batch-content",
}
EMPTY_FORM = {"read-cer-vierge": ALL}
AUDIT = {"read-audit": ALL, "read-audit-head": ALL}
ALLOWED: dict[Role, dict[str, frozenset[str]]] = {
    Role.REFERENT: dict.fromkeys(READS, NEAR) | EMPTY_FORM,
    Role.SERVICE_INSERTION: dict.fromkeys(READS | PAPERS, ALL) | EMPTY_FORM,
    Role.CHEF_DE_SERVICE: dict.fromkeys(READS | PAPERS, ALL) | EMPTY_FORM,
    Role.SECRETARIAT: EMPTY_FORM,
    Role.COMMISSION: {},
    Role.PARTNER: {"read-audit-head": ALL},
    Role.ADMIN: EMPTY_FORM | AUDIT,
}


@pytest.mark.parametrize(("role", "operation", "relation"), list(product(Role, SCOPES, RELATIONS)))
def test_every_cell(role: Role, operation: str, relation: str) -> None:
    agent = principal(role, relation)
    allowed = relation in ALLOWED[role].get(operation, frozenset())

    by_opening = role is Role.COMMISSION and operation in OPENED | PAPERS
    assert (role in RIGHTS[operation]) is (operation in ALLOWED[role] or by_opening)
    assert sees(agent, operation, TERRITORY, REFERENT_ID, opened=True) is (allowed or by_opening)
    assert sees(agent, operation, TERRITORY, REFERENT_ID) is allowed
    if allowed:
        check(agent, operation, TERRITORY, REFERENT_ID)
    else:
        with pytest.raises((Forbidden, NotFound)):
            check(agent, operation, TERRITORY, REFERENT_ID)


def test_no_operation_is_left_out() -> None:
    assert set(SCOPES) == READS | PAPERS | EMPTY_FORM.keys() | AUDIT.keys()
