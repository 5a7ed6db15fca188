"""Agents: what the directory decides and what the token does; who stands in for whom, and when."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.adapters.agents_file import read_agents
from services.contracts.adapters.phones import FrenchTelephones
from services.contracts.domain.agents.listing import AgentLine
from services.contracts.domain.agents.model import Agent, Profile
from services.contracts.domain.agents.replacement import Replacement
from services.contracts.domain.agents.rules import ReplacementRefused
from services.contracts.domain.imports.flow import BrokenFlow, Refused
from services.contracts.domain.rights import check, check_agent
from shared.kernel.errors import Forbidden, NotFound
from shared.kernel.ids import new_id
from shared.security.principal import Principal, Role
from shared.security.reach import Relation, relation
from tests.builders import contracts as a

TODAY = date(2026, 7, 14)


def token(role: Role = Role.REFERENT, territory: str | None = "aubenas", subject: str = "agent-1") -> Principal:
    return Principal(subject, role, territory, "Agent Fictif", None, "Agent")


def referent(agent_id: str, *territories: str, role: Role = Role.REFERENT) -> Agent:
    return Agent(agent_id, Profile("Agent Fictif", role, territories), managed=True)


def test_the_directory_decides_the_territories_and_the_token_the_role() -> None:
    agent = referent("agent-1", "privas", "tournon")
    told = token(Role.CHEF_DE_SERVICE, territory="aubenas")

    agent.claim(told)

    at_work = agent.at_work(told, frozenset())
    assert at_work.territories == {"privas", "tournon"}
    assert (at_work.role, agent.role) == (Role.CHEF_DE_SERVICE, Role.CHEF_DE_SERVICE)


def test_an_agent_whom_the_directory_does_not_keep_is_as_their_token_says() -> None:
    agent = Agent.of(token(territory="privas"))
    told = token(territory="aubenas")

    assert agent.differs_from(told)
    assert agent.at_work(told, frozenset()).territories == {"aubenas"}


def test_an_external_referent_sees_only_whom_they_accompany_unless_the_directory_gives_them_a_territory() -> None:
    external = Agent("agent-1", Profile("Agent Fictif", Role.REFERENT, organisation="Une association"), managed=True)
    at_work = external.at_work(token(territory="aubenas"), frozenset())

    check(at_work, "revise-cer", a.dossier(territory="aubenas", referent_id="agent-1"))
    with pytest.raises(NotFound):
        check(at_work, "read-dossier", a.dossier(territory="aubenas", referent_id="agent-2"))
    settled = Agent("agent-1", Profile("Agent Fictif", Role.REFERENT, ("aubenas",), organisation="Une association"))
    settled.managed = True
    check(settled.at_work(token(), frozenset()), "read-dossier", a.dossier(territory="aubenas", referent_id="agent-2"))


def test_who_stands_in_may_do_what_the_absent_may_for_the_same_dossiers_and_no_more() -> None:
    substitute = referent("agent-1", "privas").at_work(token(), frozenset({"agent-2"}))
    theirs = a.dossier(territory="aubenas", referent_id="agent-2")

    check(substitute, "submit-cer", theirs)
    assert relation(substitute, "aubenas", "agent-2") is Relation.OWN
    with pytest.raises(NotFound):
        check(substitute, "read-dossier", a.dossier(territory="aubenas", referent_id="agent-3"))


def make(first: date, last: date, substitute: Agent | None, absent: Agent | None = None) -> Replacement:
    absent = absent or referent("agent-2", "aubenas")
    return Replacement.make(new_id(), absent, substitute, (first, last), by="agent-2", today=TODAY)


@given(day=st.dates(date(2026, 1, 1), date(2027, 1, 1)), ended=st.booleans())
def test_a_replacement_runs_from_its_first_day_to_its_last_and_never_once_ended(day: date, *, ended: bool) -> None:
    made = make(date(2026, 7, 14), date(2026, 7, 31), referent("agent-1"))
    if ended:
        made.revoke("agent-2")

    assert made.runs_on(day) is (not ended and date(2026, 7, 14) <= day <= date(2026, 7, 31))


@pytest.mark.parametrize(
    ("first", "last", "substitute", "code"),
    [
        (TODAY, TODAY, None, "not-a-referent"),
        (TODAY, TODAY, referent("agent-1", role=Role.SECRETARIAT), "not-a-referent"),
        (TODAY, TODAY, referent("agent-2"), "self"),
        (TODAY, date(2026, 7, 13), referent("agent-1"), "before-first-day"),
        (date(2026, 7, 1), date(2026, 7, 13), referent("agent-1"), "past"),
    ],
)
def test_a_replacement_that_cannot_be_says_why(first: date, last: date, substitute: Agent | None, code: str) -> None:
    with pytest.raises(ReplacementRefused) as refused:
        make(first, last, substitute)

    assert code in {problem.code for problem in refused.value.fields}


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (token(subject="agent-2"), True),
        (token(subject="agent-3"), False),
        (token(Role.SECRETARIAT, "aubenas"), True),
        (token(Role.SECRETARIAT, "privas"), False),
        (token(Role.SERVICE_INSERTION, None), True),
        (token(Role.ADMIN, None), True),
        (token(Role.CHEF_DE_SERVICE, None, "agent-2"), False),
        (token(Role.COMMISSION, None, "agent-2"), False),
    ],
)
def test_who_may_organise_an_absence(who: Principal, *, allowed: bool) -> None:
    absent = referent("agent-2", "tournon", "aubenas")

    if allowed:
        check_agent(who, "make-replacement", absent)
    else:
        with pytest.raises(Forbidden):
            check_agent(who, "make-replacement", absent)


HEADER = "Identifiant;Nom;Rôle;Territoires;Courriel;Téléphone;Organisation;Actif\n"


def lines(text: str, encoding: str = "utf-8") -> list[AgentLine | Refused]:
    return list(read_agents(BytesIO(text.encode(encoding)), FrenchTelephones()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_list_of_agents_is_read_in_every_encoding_with_every_separator(encoding: str, separator: str) -> None:
    text = HEADER + 'agent-é;Élise Fictive;Référent;"nord|sud";elise@example.org;06 39 98 00 05;;non\n'

    (line,) = lines(text.replace(";", separator), encoding)

    assert isinstance(line, AgentLine)
    assert (line.id, line.active) == ("agent-é", False)
    assert line.said == {
        "full_name": "Élise Fictive",
        "role": Role.REFERENT,
        "territories": ("nord", "sud"),
        "mail": "elise@example.org",
        "telephone": "+33639980005",
        "organisation": None,
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (";Nom;referent;;;;;", "missing"),
        ("agent-1;;referent;;;;;", "missing"),
        ("agent-1;Nom;directeur;;;;;", "role"),
        ("agent-1;Nom;referent;;pas-un-mail;;;", "mail"),
        ("agent-1;Nom;referent;;;12;;", "phone"),
        ("agent-1;Nom;referent;;;;;peut-être", "active"),
        ("agent-1;Nom;referent;;;;;;de trop", "too-many-cells"),
        (f"agent-1;{'N' * 301};referent;;;;;", "text"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why_and_the_next_goes_on(line: str, code: str) -> None:
    refused, taken = lines(f"{HEADER}{line}\nagent-9;Nom;referent;;;;;\n")

    assert isinstance(refused, Refused)
    assert (refused.line, refused.code) == (2, code)
    assert isinstance(taken, AgentLine)


@pytest.mark.parametrize(
    "text", ["", "Identifiant;Nom\n", "Identifiant;Nom;Rôle;Couleur\n", "Identifiant;Nom;Rôle;name\n", '"']
)
def test_a_file_that_is_not_a_list_of_agents_is_refused_whole(text: str) -> None:
    with pytest.raises(BrokenFlow):
        lines(text)


@given(st.binary(max_size=400))
def test_no_file_at_all_makes_the_reading_fail_otherwise_than_by_name(data: bytes) -> None:
    try:
        found = list(read_agents(BytesIO(HEADER.encode() + data), FrenchTelephones()))
    except BrokenFlow:
        return
    assert all(isinstance(one, AgentLine | Refused) for one in found)
