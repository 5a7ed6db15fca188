"""Who may do what, cell by cell."""

import itertools

import pytest

from services.validation.domain.rights import RIGHTS, SCOPES
from shared.security.reach import Scope

ROLES = ("referent", "secretariat", "service_insertion", "chef_de_service", "commission", "partner", "admin")
ALLOWED = {
    ("list-studies", "service_insertion"),
    ("list-studies", "chef_de_service"),
    ("count-studies", "service_insertion"),
    ("count-studies", "chef_de_service"),
    ("take-charge", "service_insertion"),
    ("take-charge", "chef_de_service"),
    ("route-studies", "service_insertion"),
    ("read-routing-rules", "service_insertion"),
    ("read-routing-rules", "chef_de_service"),
    ("read-routing-rules", "admin"),
    ("change-routing-rules", "admin"),
    ("read-study", "service_insertion"),
    ("read-study", "chef_de_service"),
    ("send-to-commission", "service_insertion"),
    ("send-to-chef-de-service", "service_insertion"),
    ("take-back-study", "service_insertion"),
    ("return-study", "service_insertion"),
    ("give-opinion", "service_insertion"),
    ("record-outcome", "service_insertion"),
    # By delegation alone: tested with the decision.
    ("decide", "service_insertion"),
    ("decide", "chef_de_service"),
    ("read-figures", "service_insertion"),
    ("read-figures", "chef_de_service"),
    ("read-agent-figures", "chef_de_service"),
    ("list-delegations", "service_insertion"),
    ("list-delegations", "chef_de_service"),
    ("list-delegations", "admin"),
    ("give-delegation", "chef_de_service"),
    ("give-delegation", "admin"),
    ("end-delegation", "chef_de_service"),
    ("end-delegation", "admin"),
    ("list-sessions", "service_insertion"),
    ("list-sessions", "chef_de_service"),
    ("list-sessions", "commission"),
    ("read-session", "service_insertion"),
    ("read-session", "chef_de_service"),
    ("read-session", "commission"),
    ("read-session-history", "service_insertion"),
    ("read-session-history", "chef_de_service"),
    ("prepare-session", "service_insertion"),
    ("change-session", "service_insertion"),
    ("change-agenda", "service_insertion"),
    ("convene-session", "service_insertion"),
    ("hold-session", "service_insertion"),
    ("cancel-session", "service_insertion"),
    ("record-outcomes", "service_insertion"),
    ("read-quorums", "service_insertion"),
    ("read-quorums", "chef_de_service"),
    ("read-quorums", "admin"),
    ("ask-quorum", "admin"),
    ("read-audit", "admin"),
    ("read-audit-head", "admin"),
    ("read-audit-head", "partner"),
}


@pytest.mark.parametrize(("operation", "role"), list(itertools.product(RIGHTS, ROLES)))
def test_every_cell(operation: str, role: str) -> None:
    assert (role in RIGHTS[operation]) == ((operation, role) in ALLOWED)


def test_no_operation_and_no_role_is_left_out() -> None:
    assert {operation for operation, _ in ALLOWED} == set(RIGHTS)
    assert {role for roles in RIGHTS.values() for role in roles} <= set(ROLES)


def test_who_studies_a_cer_does_so_for_the_whole_departement_and_a_member_reads_what_they_sit_in() -> None:
    found = {(operation, role): scope for operation, roles in SCOPES.items() for role, scope in roles.items()}

    assert {one: scope for one, scope in found.items() if scope is not Scope.ALL} == {
        ("list-sessions", "commission"): Scope.OWN,
        ("read-session", "commission"): Scope.OWN,
    }
