"""Who may do what, cell by cell, and whose requests an agent sees."""

import itertools

import pytest

from services.signature.domain.rights import RIGHTS, check_sees, sees
from shared.kernel.errors import NotFound
from shared.security.principal import Principal, Role
from tests.builders.events import REFERENT_ID, TERRITORY

READING = {"list-signatures", "read-signature", "read-page", "read-document"}
ACTING = {"send-code", "enter-code", "refuse"}
ALLOWED = {
    *((operation, "referent") for operation in READING | ACTING),
    *((operation, "service_insertion") for operation in READING),
    *((operation, "chef_de_service") for operation in READING),
}


@pytest.mark.parametrize(("operation", "role"), list(itertools.product(RIGHTS, Role)))
def test_every_cell(operation: str, role: Role) -> None:
    assert (role in RIGHTS[operation]) == ((operation, role.value) in ALLOWED)


def test_no_operation_is_left_out() -> None:
    assert set(RIGHTS) == READING | ACTING


@pytest.mark.parametrize(
    ("role", "subject", "territory", "seen"),
    [
        (Role.REFERENT, REFERENT_ID, TERRITORY, True),
        (Role.REFERENT, REFERENT_ID, "another-territory", True),
        (Role.REFERENT, "a-colleague", TERRITORY, True),
        (Role.REFERENT, "a-stranger", "another-territory", False),
        (Role.REFERENT, "a-stranger", None, False),
        (Role.SERVICE_INSERTION, "an-instructor", None, True),
        (Role.CHEF_DE_SERVICE, "the-head", "another-territory", True),
    ],
)
def test_whose_requests_an_agent_sees(role: Role, subject: str, territory: str | None, seen: bool) -> None:
    agent = Principal(subject, role, territory, "Agent Fictif", None, "")

    assert sees(agent, TERRITORY, REFERENT_ID) is seen
    if not seen:
        with pytest.raises(NotFound):
            check_sees(agent, TERRITORY, REFERENT_ID)
