"""Dossiers over HTTP: who sees which, contact data, who accompanies."""

import asyncio
from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

from shared.events.contracts import AgentChanged, DossierChanged
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.integration.contracts.conftest import MOBILE, REFERENT, Contracts

pytestmark = pytest.mark.integration


async def test_an_agent_is_registered_at_first_login_and_again_when_their_token_changes(contracts: Contracts) -> None:
    await contracts.get("/dossiers")
    await contracts.get("/dossiers")
    await contracts.get("/dossiers", territory="sud", subject=REFERENT)

    told = await contracts.told(AgentChanged)

    assert [(one.agent_id, one.role, one.territory, one.aggregate_version) for one in told] == [
        (REFERENT, "referent", "nord", 1),
        (REFERENT, "referent", "sud", 2),
    ]


async def test_first_logins_at_the_same_moment_are_one(contracts: Contracts) -> None:
    answers = await asyncio.gather(*(contracts.get("/dossiers") for _ in range(6)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(await contracts.told(AgentChanged)) == 1


async def test_a_deactivated_agent_is_refused_at_the_next_request(contracts: Contracts) -> None:
    await contracts.get("/dossiers")
    async with contracts.database.begin() as uow:
        await uow.session.execute(text("UPDATE agent SET active = false"))

    answer = await contracts.get("/dossiers")

    assert answer.status_code == 403
    assert "désactivé" in answer.json()["detail"]


async def test_without_a_token_nothing_is_answered(contracts: Contracts) -> None:
    answer = await contracts.client.get("/dossiers")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", [Role.COMMISSION, Role.PARTNER, Role.ADMIN])
async def test_roles_that_are_not_in_the_table_are_refused(contracts: Contracts, role: Role) -> None:
    assert (await contracts.get("/dossiers", role)).status_code == 403


async def test_agents_of_a_territory_see_its_dossiers_and_the_service_sees_all(contracts: Contracts) -> None:
    dossier = await contracts.person()
    path = f"/dossiers/{dossier['id']}"

    for role in (Role.REFERENT, Role.SECRETARIAT):
        assert (await contracts.get(path, role)).status_code == 200
        assert (await contracts.get(path, role, territory="sud")).status_code == 404
        assert (await contracts.get("/dossiers", role, territory="sud")).json()["dossiers"] == []
    for role in (Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE):
        assert (await contracts.get(path, role)).status_code == 200
        assert len((await contracts.get("/dossiers", role)).json()["dossiers"]) == 1


async def test_a_search_ignores_accents_and_finds_married_names(contracts: Contracts) -> None:
    await contracts.person("1", nom_naissance="LEFÈVRE", nom_usage="O'BRIEN", prenoms=("ZOÉ",))
    await contracts.person("2", nom_naissance="LEFEBVRE")

    async def found(query: str) -> list[str]:
        answer = await contracts.get(f"/dossiers?{query}")
        assert answer.status_code == 200, answer.text
        return [one["matricule"] for one in answer.json()["dossiers"]]

    assert await found("name=lefe") == ["2", "1"]
    assert await found("name=Lefèvr") == ["1"]
    assert await found("name=obri") == ["1"]
    assert await found("matricule=2") == ["2"]
    assert await found("territory=sud") == []


async def test_pages_follow_one_another_without_gap_or_repetition(contracts: Contracts) -> None:
    for number in range(5):
        await contracts.person(str(number), prenoms=(f"PRENOM{number}",))

    seen, after = [], ""
    for _ in range(3):
        page = (await contracts.get(f"/dossiers?limit=2{after}")).json()
        seen += [one["matricule"] for one in page["dossiers"]]
        after = f"&after={page['next']}"

    assert seen == ["0", "1", "2", "3", "4"]
    assert page["next"] is None


async def test_contact_data_is_kept_in_e164_and_shown_as_in_france(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()

    contact = dossier["contact"]
    assert (contact["telephone"], contact["telephone_shown"], contact["can_receive_sms"]) == (
        "+33639980001",
        MOBILE,
        True,
    )
    assert contact["changed_by"] == REFERENT
    told = await contracts.told(DossierChanged)
    assert [(one.changed, one.aggregate_version) for one in told] == [(("referent",), 2), (("mail", "telephone"), 3)]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"mail": None, "telephone": "04 65 71 00 01"}, 409, "landline-over-mobile", "telephone"),
        ({"mail": "jeanne", "telephone": None}, 422, "invalid", "mail"),
        ({"mail": None, "telephone": "12"}, 422, "invalid", "telephone"),
        ({"mail": None}, 422, "malformed", "telephone"),
        ({"mail": "a\x01@example.org", "telephone": None}, 422, "malformed", "mail"),
    ],
)
async def test_contact_data_that_cannot_be_is_refused(
    contracts: Contracts, body: dict[str, str | None], status: int, code: str, field: str
) -> None:
    dossier = await contracts.accompanied()

    answer = await contracts.send("PUT", f"/dossiers/{dossier['id']}/contact", body, version=3)

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (status, f"urn:cer:problem:{code}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in problem["errors"]] == [field]


async def test_only_who_accompanies_the_person_or_an_office_changes_their_contact_data(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    path, body = f"/dossiers/{dossier['id']}/contact", {"mail": None, "telephone": MOBILE}

    async def change(role: Role, version: int, **who: str) -> int:
        return (await contracts.send("PUT", path, body, role, version, **who)).status_code

    assert await change(Role.REFERENT, 3, subject="referent-2") == 403
    assert await change(Role.SECRETARIAT, 3, territory="sud") == 404
    assert await change(Role.CHEF_DE_SERVICE, 3) == 403
    assert await change(Role.SECRETARIAT, 3) == 200


async def test_an_update_says_what_it_starts_from_and_loses_to_another(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    path, body = f"/dossiers/{dossier['id']}/contact", {"mail": None, "telephone": None}

    missing = await contracts.send("PUT", path, body)
    stale = await contracts.send("PUT", path, body, version=2)

    assert (missing.status_code, missing.json()["type"]) == (428, "urn:cer:problem:version-required")
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:cer:problem:race-lost")
    assert "version 2, elle est maintenant 3" in stale.json()["detail"]


async def test_a_referent_takes_only_what_nobody_has_and_only_for_themselves(contracts: Contracts) -> None:
    dossier = await contracts.person()
    path = f"/dossiers/{dossier['id']}/referent"
    await contracts.get("/dossiers", subject="referent-2")

    async def name(referent: str, version: int, role: Role = Role.REFERENT, **who: str) -> str:
        answer = await contracts.send("PUT", path, {"referent_id": referent}, role, version, **who)
        return str(answer.json().get("type", answer.status_code)).removeprefix("urn:cer:problem:")

    assert await name("referent-2", 1) == "referent-already-named"
    assert await name(REFERENT, 1) == "200"
    assert await name("referent-2", 2, subject="referent-2") == "referent-already-named"
    assert await name("referent-2", 2, Role.SECRETARIAT, territory="sud") == "not-found"
    assert await name("secretariat-nord", 2, Role.SECRETARIAT) == "not-a-referent"
    assert await name("nobody", 2, Role.SERVICE_INSERTION) == "not-a-referent"
    assert await name("referent-2", 2, Role.SECRETARIAT) == "200"


async def test_a_dossier_that_does_not_exist_is_not_found(contracts: Contracts) -> None:
    assert (await contracts.get(f"/dossiers/{uuid4()}", Role.SERVICE_INSERTION)).status_code == 404


async def test_persons_with_one_household_are_two_dossiers(contracts: Contracts) -> None:
    await contracts.person()
    await contracts.person(nom_naissance="AUTRE", prenoms=("PAUL",), date_naissance=a.TODAY.replace(year=1988))

    found = (await contracts.get("/dossiers?matricule=001234500000000")).json()["dossiers"]

    assert [one["nom_naissance"] for one in found] == ["AUTRE", "ESSAI"]


async def test_a_name_that_is_searched_stands_in_no_trace(contracts: Contracts) -> None:
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    assert (await contracts.get("/dossiers?name=CANARI&matricule=12345")).status_code == 200

    spans = exporter.get_finished_spans()
    assert spans
    assert not any("CANARI" in str(span.attributes) or "12345" in str(span.attributes) for span in spans)
