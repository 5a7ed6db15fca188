"""The table of rights, cell by cell: role × operation × relation to the dossier. What is not written is denied."""

from itertools import product

import pytest

from services.contracts.domain.files.model import Kind
from services.contracts.domain.rights import (
    READS_DECISION,
    READS_NOTE,
    READS_TEXTS,
    RIGHTS,
    SCOPES,
    check,
    check_content,
)
from shared.kernel.errors import Forbidden, NotFound
from shared.security.principal import Principal, Role
from tests.builders import contracts as a

# `replaced`: of a référent, elsewhere, for whom the agent stands in today: as if it were their own.
RELATIONS = ("own", "replaced", "territory", "elsewhere")
OWN, NEAR, ALL = frozenset({"own", "replaced"}), frozenset({"own", "replaced", "territory"}), frozenset(RELATIONS)

# Role → operation → the relations in which it is allowed; written by hand, from who does what work.
SEES = {"list-dossiers", "read-dossier", "read-dossier-history", "list-cers", "read-cer", "list-work", "count-work"} | {
    "list-files",
    "read-file",
    "read-file-content",
}
MOVES = {"name-referent", "create-dossier", "move-dossier"}
SETTLES = {"list-duplicates", "dismiss-duplicate", "merge-dossiers"}
MATCHES = {"list-matchings", "read-matching", "resolve-matching"}
KEEPS = {"change-contact", "change-identity", "change-household", "orient"}
SCANS = {"add-file", "describe-file", "remove-file"}
EXPORTS = {"export-dossiers", "export-cers"}
WRITES = {
    "create-cer",
    "prefill-cer",
    "revise-cer",
    "delete-cer",
    "prepare-signature",
    "cancel-signature",
    "reopen-cer",
    "submit-cer",
}
REPLACES = {"list-replacements", "make-replacement", "end-replacement"}
ERASES = {"erase-dossier", "list-erasures"}
HOLDS = {"hold-dossier", "read-holds", "lift-hold", "restore-dossier"}
KEEPS_AGENTS = {"read-agent", "keep-agent", "deactivate-agent", "reactivate-agent", "import-agents"}
PAST = {"read-history", "read-revisions"}
WAITS = {"list-to-read", "list-tasks", "close-task"}
ALLOWED: dict[Role, dict[str, frozenset[str]]] = {
    Role.REFERENT: {
        **dict.fromkeys(SEES | PAST | {"name-referent", "create-dossier"}, NEAR),
        **dict.fromkeys(
            WRITES | SCANS | KEEPS | REPLACES | {"set-dernier-contrat", "read-decision", "list-to-read"}, OWN
        ),
        "list-agents": ALL,
    },
    Role.SECRETARIAT: {
        **dict.fromkeys(SEES | SCANS | KEEPS | REPLACES | EXPORTS | MOVES | MATCHES, NEAR),
        "list-agents": ALL,
    },
    Role.SERVICE_INSERTION: dict.fromkeys(
        SEES
        | EXPORTS
        | SCANS
        | KEEPS
        | MOVES
        | MATCHES
        | REPLACES
        | PAST
        | WAITS
        | {"set-dernier-contrat", "list-agents"},
        ALL,
    ),
    Role.CHEF_DE_SERVICE: dict.fromkeys(SEES | EXPORTS | PAST | WAITS | HOLDS | {"list-agents"}, ALL),
    Role.COMMISSION: {},
    Role.PARTNER: {"read-audit-head": ALL},
    Role.ADMIN: dict.fromkeys(
        {"read-audit", "read-audit-head", "list-agents"} | MATCHES | SETTLES | KEEPS_AGENTS | REPLACES | ERASES | HOLDS,
        ALL,
    ),
}
# What the département keeps for all, and the prompts of the guide: for whoever has a screen; the admin changes them.
for _role in set(Role) - {Role.PARTNER}:
    ALLOWED[_role] = {**ALLOWED[_role], **dict.fromkeys(["read-reference", "read-prompts"], ALL)}
ALLOWED[Role.ADMIN]["change-reference"] = ALL
IMPORTS = {"upload-import", "list-imports", "read-import", "read-differences", "apply-import", "read-refused"}
for _role in (Role.ADMIN, Role.SERVICE_INSERTION):
    ALLOWED[_role] = {**ALLOWED[_role], **dict.fromkeys(IMPORTS, ALL)}

CELLS = list(product(Role, SCOPES, RELATIONS))


@pytest.mark.parametrize(("role", "operation", "relation"), CELLS)
def test_a_cell_of_the_table(role: Role, operation: str, relation: str) -> None:
    stands_in_for = frozenset({"agent-2"} if relation == "replaced" else ())
    agent = Principal("agent-1", role, "aubenas", "Agent Fictif", None, "Agent", stands_in_for=stands_in_for)
    dossier = a.dossier(
        territory="aubenas" if relation in {"own", "territory"} else "privas",
        referent_id=agent.subject if relation == "own" else "agent-2",
    )
    expected = relation in ALLOWED[role].get(operation, frozenset())

    by_opening = role is Role.COMMISSION and operation in READ_WHEN_OPENED
    assert (role in RIGHTS[operation]) is (bool(ALLOWED[role].get(operation)) or by_opening)
    if expected:
        check(agent, operation, dossier)
    else:
        with pytest.raises((Forbidden, NotFound)):
            check(agent, operation, dossier)


@pytest.mark.parametrize("role", [Role.REFERENT, Role.SECRETARIAT])
def test_who_has_no_territory_sees_only_their_own(role: Role) -> None:
    agent = Principal("agent-1", role, None, "Agent Fictif", None, "Agent")

    with pytest.raises(NotFound):
        check(agent, "read-dossier", a.dossier(referent_id=None))
    check(agent, "read-dossier", a.dossier(referent_id="agent-1"))


@pytest.mark.parametrize("kind", Kind)
def test_a_commission_opens_all_but_identity_papers(kind: Kind) -> None:
    agent = Principal("agent-1", Role.COMMISSION, "aubenas", "Agent Fictif", None, "Agent")

    if kind is Kind.IDENTITE:
        with pytest.raises(Forbidden, match="commission"):
            check_content(agent, kind)
    else:
        check_content(agent, kind)


def test_what_is_elsewhere_is_not_found_rather_than_forbidden() -> None:
    agent = Principal("agent-1", Role.REFERENT, "aubenas", "Agent Fictif", None, "Agent")

    with pytest.raises(NotFound):
        check(agent, "revise-cer", a.dossier(territory="privas"))
    with pytest.raises(Forbidden):
        check(agent, "revise-cer", a.dossier(referent_id="agent-2"))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("role", [Role.REFERENT, Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE])
def test_who_follows_a_person_opens_every_piece(role: Role, kind: Kind) -> None:
    check_content(Principal("agent-1", role, "aubenas", "Agent Fictif", None, "Agent"), kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_secretary_opens_no_social_piece(kind: Kind) -> None:
    agent = Principal("agent-1", Role.SECRETARIAT, "aubenas", "Agent Fictif", None, "Agent")

    if kind is Kind.IDENTITE:
        check_content(agent, kind)
    else:
        with pytest.raises(Forbidden):
            check_content(agent, kind)


def test_who_works_in_several_territories_sees_each() -> None:
    further = frozenset({"privas", "tournon"})
    agent = Principal("agent-1", Role.REFERENT, "aubenas", "Agent Fictif", None, "Agent", further)

    for territory in ("aubenas", "privas", "tournon"):
        check(agent, "read-dossier", a.dossier(territory=territory, referent_id="agent-2"))
    with pytest.raises(NotFound):
        check(agent, "read-dossier", a.dossier(territory="annonay", referent_id="agent-2"))


def test_the_admin_the_secretary_and_the_partner_read_no_social_text_and_the_commission_no_note() -> None:
    assert not {Role.ADMIN, Role.SECRETARIAT, Role.PARTNER} & (READS_TEXTS | READS_NOTE | READS_DECISION)
    assert Role.COMMISSION in READS_TEXTS
    assert Role.COMMISSION not in READS_NOTE | READS_DECISION


# To the members of a session, while it is open; to nobody else whatever was opened.
READ_WHEN_OPENED = {"read-dossier", "read-cer", "list-files", "read-file", "read-file-content"}


@pytest.mark.parametrize(("role", "operation"), list(product(Role, SCOPES)))
def test_what_is_opened_is_read_by_a_commission_s_member_and_adds_nothing_to_other_roles(
    role: Role, operation: str
) -> None:
    agent = Principal("agent-1", role, "aubenas", "Agent Fictif", None, "Agent")
    dossier = a.dossier(territory="privas", referent_id="agent-2")
    without = "elsewhere" in ALLOWED[role].get(operation, frozenset())

    if without or (role is Role.COMMISSION and operation in READ_WHEN_OPENED):
        check(agent, operation, dossier, opened=True)
    else:
        with pytest.raises((Forbidden, NotFound)):
            check(agent, operation, dossier, opened=True)


@pytest.mark.parametrize("operation", sorted(READ_WHEN_OPENED))
def test_a_member_may_not_even_know_of_what_is_not_opened_to_them(operation: str) -> None:
    near = Principal("agent-2", Role.COMMISSION, "aubenas", "Agent Fictif", None, "Agent")

    with pytest.raises(NotFound):
        check(near, operation, a.dossier(territory="aubenas", referent_id="agent-2"))
