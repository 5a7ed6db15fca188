"""Who may do what, cell by cell; whose messages; and who sees addresses."""

import itertools

import pytest

from services.notifications.application.queries import masked
from services.notifications.domain.rights import RIGHTS, sees_recipients, territory_of
from shared.kernel.errors import Forbidden
from shared.security.principal import Principal, Role

ALLOWED = {
    "list-messages": {"referent", "secretariat", "service_insertion", "chef_de_service", "admin"},
    "resend-message": {"referent", "secretariat", "service_insertion", "admin"},
}


def agent(role: Role, territory: str | None = "aubenas") -> Principal:
    return Principal("agent-1", role, territory, "Agent Fictif", None, "Agent")


@pytest.mark.parametrize(("operation", "role"), list(itertools.product(RIGHTS, Role)))
def test_every_cell(operation: str, role: Role) -> None:
    assert (role in RIGHTS[operation]) == (role.value in ALLOWED[operation])


@pytest.mark.parametrize("role", list(Role))
def test_social_workers_and_secretaries_are_bound_to_their_territory(role: Role) -> None:
    bound = role in {Role.REFERENT, Role.SECRETARIAT}
    assert territory_of(agent(role)) == ("aubenas" if bound else None)
    if bound:
        with pytest.raises(Forbidden):
            territory_of(agent(role, None))


def test_the_admin_sees_no_address() -> None:
    assert [role for role in Role if not sees_recipients(agent(role))] == [Role.ADMIN]


def test_addresses_are_masked() -> None:
    assert masked("jeanne.fictive@example.org") == "j…@example.org"
    assert masked(None) is None
