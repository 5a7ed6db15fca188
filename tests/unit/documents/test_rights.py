"""Who may read editions, cell by cell."""

import itertools

import pytest

from services.documents.domain.rights import RIGHTS, check_territory, sees_territory
from shared.kernel.errors import Forbidden
from shared.security.principal import Principal, Role

READERS = {Role.REFERENT, Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE}
OPERATIONS = {"list-editions", "read-edition", "read-edition-content"}


def agent(role: Role, territory: str | None) -> Principal:
    return Principal("agent", role, territory, "Agent Fictif", None, "Agent")


@pytest.mark.parametrize(("operation", "role"), list(itertools.product(OPERATIONS, Role)))
def test_every_cell(operation: str, role: Role) -> None:
    assert (role in RIGHTS[operation]) == (role in READERS)


def test_no_operation_is_left_out() -> None:
    assert set(RIGHTS) == OPERATIONS


@pytest.mark.parametrize(
    ("role", "territory", "sees"),
    [
        (Role.REFERENT, "aubenas", True),
        (Role.REFERENT, "privas", False),
        (Role.REFERENT, None, False),
        (Role.SERVICE_INSERTION, None, True),
        (Role.CHEF_DE_SERVICE, "privas", True),
    ],
)
def test_a_referent_sees_their_own_territory(role: Role, territory: str | None, *, sees: bool) -> None:
    assert sees_territory(agent(role, territory), "aubenas") is sees
    if not sees:
        with pytest.raises(Forbidden):
            check_territory(agent(role, territory), "aubenas")
