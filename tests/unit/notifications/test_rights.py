"""Who may do what, cell by cell: role × operation × relation to the dossier; and who sees addresses."""

from itertools import product

import pytest

from services.notifications.application.queries import masked
from services.notifications.domain.rights import RIGHTS, SCOPES, bounds, check, check_territory, sees_recipients
from shared.kernel.errors import Forbidden, NotFound
from shared.security.principal import Principal, Role
from tests.builders.events import REFERENT_ID, TERRITORY
from tests.builders.relations import ALL, NEAR, RELATIONS, principal

FOLLOW = {"list-messages", "resend-message"}
PRINT = {"read-print-batches", "make-print-batch"}
TALK = {"read-message", "change-preference"}
AUDIT = {"read-audit", "read-audit-head"}
ALLOWED: dict[Role, dict[str, frozenset[str]]] = {
    Role.REFERENT: dict.fromkeys(FOLLOW | TALK, NEAR),
    Role.SECRETARIAT: dict.fromkeys(FOLLOW | TALK, NEAR) | dict.fromkeys(PRINT, NEAR),
    Role.SERVICE_INSERTION: dict.fromkeys(FOLLOW | TALK | PRINT, ALL),
    Role.CHEF_DE_SERVICE: dict.fromkeys({"list-messages", "read-message"}, ALL),
    Role.ADMIN: dict.fromkeys(FOLLOW | AUDIT | {"preview-templates"}, ALL),
    Role.COMMISSION: {},
    Role.PARTNER: {"read-audit-head": ALL},
}


@pytest.mark.parametrize(("role", "operation", "relation"), list(product(Role, SCOPES, RELATIONS)))
def test_every_cell(role: Role, operation: str, relation: str) -> None:
    agent = principal(role, relation)

    assert (role in RIGHTS[operation]) is (operation in ALLOWED[role])
    if relation in ALLOWED[role].get(operation, frozenset()):
        check(agent, operation, TERRITORY, REFERENT_ID)
    else:
        with pytest.raises((Forbidden, NotFound)):
            check(agent, operation, TERRITORY, REFERENT_ID)


def test_no_operation_is_left_out() -> None:
    assert set(SCOPES) == FOLLOW | PRINT | TALK | AUDIT | {"preview-templates"}


@pytest.mark.parametrize("role", list(Role))
def test_a_list_is_bound_to_the_agent_unless_they_see_all(role: Role) -> None:
    agent = principal(role, "territory")

    assert bounds(agent, "list-messages") == (None if ALLOWED[role].get("list-messages") == ALL else agent)


def test_who_has_no_territory_sees_the_messages_of_those_they_accompany() -> None:
    external = Principal(REFERENT_ID, Role.REFERENT, None, "Agent Fictif", None, "Agent")

    check(external, "resend-message", TERRITORY, REFERENT_ID)
    with pytest.raises(NotFound):
        check(external, "resend-message", TERRITORY, "agent-2")


def test_the_admin_sees_no_address() -> None:
    assert [role for role in Role if not sees_recipients(principal(role, "own"))] == [Role.ADMIN]


def test_addresses_are_masked() -> None:
    assert masked("jeanne.fictive@example.org") == "j…@example.org"
    assert masked(None) is None
    assert masked("+33639980001") == "+336…01"


def test_a_batch_of_the_whole_departement_is_the_services_alone() -> None:
    check_territory(principal(Role.SERVICE_INSERTION, "other"), "make-print-batch", None)
    check_territory(principal(Role.SECRETARIAT, "territory"), "make-print-batch", TERRITORY)
    with pytest.raises(Forbidden, match="choisissez votre territoire"):
        check_territory(principal(Role.SECRETARIAT, "territory"), "make-print-batch", None)
    with pytest.raises(NotFound):
        check_territory(principal(Role.SECRETARIAT, "other"), "make-print-batch", TERRITORY)
