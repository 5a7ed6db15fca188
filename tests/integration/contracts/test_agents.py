"""The directory over HTTP and from a file; replacements and revocations that hold on the next request."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from services.contracts.entrypoints.cli import app
from shared.events.contracts import AgentChanged, CerReadyToSign
from shared.events.replacements import ReplacementChanged
from shared.security.principal import Role
from tests.builders.audit import entries
from tests.integration.contracts.conftest import COMPLETE, REFERENT, Contracts

pytestmark = pytest.mark.integration

CSV = "id;name;role;territories;phone;organisation;active\n"


def profile(**changes: Any) -> dict[str, Any]:
    fields = {
        "full_name": "Camille Exemple",
        "role": "referent",
        "territories": ["nord"],
        "mail": "camille.exemple@example.org",
        "quality": "Assistante sociale",
        "telephone": None,
        "organisation": None,
    }
    return {**fields, **changes}


async def keep(contracts: Contracts, agent_id: str, seen: int = 0, **changes: Any) -> httpx.Response:
    return await contracts.send("PUT", f"/agents/{agent_id}", profile(**changes), Role.ADMIN, version=seen)


async def taken_in(contracts: Contracts, text: str, query: str = "") -> httpx.Response:
    headers = {
        **contracts.headers(Role.ADMIN),
        "Idempotency-Key": f"import-{len(text)}{query}",
        "Content-Type": "text/csv",
    }
    return await contracts.client.post(f"/agents/import{query}", content=text.encode("windows-1252"), headers=headers)


async def replaced(contracts: Contracts, substitute: str, first: str, last: str, **who: Any) -> httpx.Response:
    body = {"substitute_id": substitute, "first_day": first, "last_day": last}
    return await contracts.send("POST", f"/agents/{REFERENT}/replacements", body, **who)


async def test_the_admin_keeps_an_agent_and_others_find_what_it_takes_to_choose_them(contracts: Contracts) -> None:
    assert (await keep(contracts, "referent-est", telephone="06 39 98 00 09")).status_code == 200
    assert (await keep(contracts, "ferme", full_name="Camille Partie")).status_code == 200
    await contracts.send("POST", "/agents/ferme/deactivation", role=Role.ADMIN)

    (found,) = (await contracts.get("/agents?q=camille&role=referent", Role.SECRETARIAT)).json()["agents"]
    to_the_admin = (await contracts.get("/agents?q=CAMILLE", Role.ADMIN)).json()["agents"]

    assert found["id"] == "referent-est"
    assert found.keys() == {"id", "full_name", "role", "quality", "territories", "organisation"}
    assert {one["id"] for one in to_the_admin} == {"referent-est", "ferme"}
    (told,) = [event for event in await contracts.told(AgentChanged) if event.agent_id == "referent-est"]
    assert (told.territories, told.external, told.active, told.managed) == (("nord",), False, True, True)


async def test_two_admins_who_write_the_same_agent_leave_one_version(contracts: Contracts) -> None:
    await keep(contracts, "referent-est")

    assert (await keep(contracts, "referent-est", seen=0, quality="Autre")).status_code == 412
    assert (await keep(contracts, "referent-est", seen=1, quality="Autre")).json()["version"] == 2
    assert (await keep(contracts, "referent-est", seen=2, telephone="12")).status_code == 422


async def test_the_directory_wins_over_the_token_for_the_territory_on_the_next_request(contracts: Contracts) -> None:
    dossier = await contracts.person()
    path = f"/dossiers/{dossier['id']}"
    assert (await contracts.get(path, subject="referent-est", territory="nord")).status_code == 200

    await keep(contracts, "referent-est", seen=1, territories=["sud", "est"])

    assert (await contracts.get(path, subject="referent-est", territory="nord")).status_code == 404
    assert (await contracts.get("/dossiers", subject="referent-est", territory="nord")).json()["dossiers"] == []
    await keep(contracts, "referent-est", seen=2, territories=["sud", "nord"])
    assert (await contracts.get(path, subject="referent-est", territory="ailleurs")).status_code == 200


async def test_an_external_referent_sees_in_lists_only_whom_they_accompany(contracts: Contracts) -> None:
    await contracts.person("000000000000001")
    own = await contracts.person("000000000000002")
    await keep(contracts, "externe", territories=[], organisation="Une association fictive")
    await contracts.send(
        "PUT", f"/dossiers/{own['id']}/referent", {"referent_id": "externe"}, Role.SECRETARIAT, version=1
    )

    found = (await contracts.get("/dossiers", subject="externe", territory="nord")).json()["dossiers"]

    assert [one["id"] for one in found] == [own["id"]]


async def test_a_closed_account_opens_nothing_from_the_next_request_on_and_can_be_opened_again(
    contracts: Contracts,
) -> None:
    dossier = await contracts.accompanied()
    path = f"/dossiers/{dossier['id']}"

    closed = await contracts.send("POST", f"/agents/{REFERENT}/deactivation", role=Role.ADMIN)
    refused = await contracts.get(path)
    written = await contracts.send("POST", f"{path}/cers", COMPLETE)

    assert closed.json()["active"] is False
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:cer:problem:agent-deactivated")
    assert written.status_code == 403
    last = (await entries(contracts.database))[-1].record
    assert (last.actor, last.outcome) == (REFERENT, "agent-deactivated")
    await contracts.send("POST", f"/agents/{REFERENT}/reactivation", role=Role.ADMIN)
    assert (await contracts.get(path)).status_code == 200
    assert [event.active for event in await contracts.told(AgentChanged) if event.agent_id == REFERENT][-2:] == [
        False,
        True,
    ]


async def test_an_admin_does_not_lock_themselves_out(contracts: Contracts) -> None:
    await contracts.get("/agents", Role.ADMIN)

    answer = await contracts.send("POST", "/agents/admin-nord/deactivation", role=Role.ADMIN)

    assert answer.json()["type"] == "urn:cer:problem:own-account"


async def test_a_colleague_writes_for_the_absent_within_the_dates_of_paris_and_history_says_for_whom(
    contracts: Contracts,
) -> None:
    cer = await contracts.cer()
    await keep(contracts, "referent-sud", territories=["sud"])
    path = f"/cers/{cer['id']}"
    who: dict[str, Any] = {"subject": "referent-sud", "territory": "sud"}
    assert (await replaced(contracts, "referent-sud", "2026-03-13", "2026-03-14")).status_code == 201

    answers = []
    # 13 and 14 March in Paris: an hour ahead of UTC.
    for instant in ((12, 22, 59), (12, 23, 0), (14, 22, 59), (14, 23, 0)):
        contracts.clock.instant = datetime(2026, 3, *instant, tzinfo=UTC)
        answers.append((await contracts.get(path, **who)).status_code)
    contracts.clock.instant = datetime(2026, 3, 13, 9, 0, tzinfo=UTC)
    listed = (await contracts.get("/cers", **who)).json()["cers"]
    revised = await contracts.send("PUT", path, {**COMPLETE, "situation": "Autre."}, version=cer["version"], **who)
    history = (await contracts.get(f"{path}/history", **who)).json()["history"]

    assert answers == [404, 200, 200, 404]
    assert [one["id"] for one in listed] == [cer["id"]]
    assert revised.status_code == 200, revised.text
    assert [(line["actor"], line["on_behalf_of"]) for line in history] == [
        (REFERENT, None),
        ("referent-sud", REFERENT),
    ]
    last = (await entries(contracts.database))[-1].record
    assert (last.relation, last.on_behalf_of) == ("own", REFERENT)


async def test_an_ended_replacement_gives_nothing_from_the_next_request_on(contracts: Contracts) -> None:
    cer = await contracts.cer()
    await keep(contracts, "referent-sud", territories=["sud"])
    made = (await replaced(contracts, "referent-sud", "2026-03-12", "2026-03-31", role=Role.SECRETARIAT)).json()
    path = f"/cers/{cer['id']}"
    who: dict[str, Any] = {"subject": "referent-sud", "territory": "sud"}
    assert (await contracts.get(path, **who)).status_code == 200

    ended = await contracts.send("DELETE", f"/replacements/{made['id']}", version=1)

    assert (ended.json()["running"], ended.json()["revoked_by"]) == (False, REFERENT)
    told = await contracts.told(ReplacementChanged)
    assert [(str(one.replacement_id), one.aggregate_version, one.ended) for one in told] == [
        (made["id"], 1, False),
        (made["id"], 2, True),
    ]
    assert (await contracts.get(path, **who)).status_code == 404


async def test_two_colleagues_may_share_an_absence_but_the_same_one_is_named_once(contracts: Contracts) -> None:
    await contracts.accompanied()
    for agent in ("referent-sud", "referent-est"):
        await keep(contracts, agent, territories=["sud"])

    first = await replaced(contracts, "referent-sud", "2026-03-12", "2026-03-20")
    shared = await replaced(contracts, "referent-est", "2026-03-15", "2026-03-31")
    again = await replaced(contracts, "referent-sud", "2026-03-20", "2026-03-25")
    elsewhere = await replaced(
        contracts, "referent-est", "2026-05-01", "2026-05-02", role=Role.SECRETARIAT, territory="sud"
    )
    listed = (await contracts.get(f"/agents/{REFERENT}/replacements")).json()["replacements"]

    assert (first.status_code, shared.status_code) == (201, 201)
    assert again.json()["type"] == "urn:cer:problem:replacement-overlaps"
    assert elsewhere.status_code == 403
    assert [one["substitute_id"] for one in listed] == ["referent-est", "referent-sud"]


async def test_a_list_of_agents_is_taken_in_twice_and_changes_once(contracts: Contracts) -> None:
    text = CSV + "a-1;Élise Fictive;référent;nord,sud;06 39 98 00 05;;oui\na-2;Nom;directeur;;;;\n"

    tried = (await taken_in(contracts, text, "?dry_run=true")).json()
    assert (await contracts.scalar("SELECT count(*) FROM agent WHERE id = 'a-1'")) == 0
    done = (await taken_in(contracts, text)).json()
    again = (await taken_in(contracts, text + "\n")).json()

    assert (tried["dry_run"], tried["created"]) == (True, 1)
    assert (done["created"], [(one["line"], one["code"]) for one in done["refused"]]) == (1, [(3, "role")])
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 1)
    kept = (await contracts.get("/agents/a-1", Role.ADMIN)).json()
    assert (kept["full_name"], kept["territories"]) == ("Élise Fictive", ["nord", "sud"])


async def test_a_column_that_is_not_in_the_file_changes_nothing(contracts: Contracts) -> None:
    await keep(contracts, "a-1", telephone="06 39 98 00 05", quality="Assistante sociale")

    await taken_in(contracts, "id;name;role\na-1;Autre Nom;referent\n")

    kept = (await contracts.get("/agents/a-1", Role.ADMIN)).json()
    assert (kept["full_name"], kept["telephone"], kept["quality"]) == (
        "Autre Nom",
        "+33639980005",
        "Assistante sociale",
    )


async def test_an_agents_own_number_from_the_directory_is_told_to_signature(contracts: Contracts) -> None:
    await keep(contracts, "referent-est", telephone="06 39 98 00 01")
    cer = await contracts.cer()

    answer = await contracts.send("POST", f"/cers/{cer['id']}/signature")

    assert answer.status_code == 202
    (told,) = await contracts.told(CerReadyToSign)
    assert told.phone_is_agents


@pytest.mark.parametrize(("text", "code"), [(CSV + "a-1;Nom;referent;;;;\n", 0), (CSV + "a-1;;;;;;\n", 2), ("", 1)])
async def test_the_command_says_in_french_what_it_did(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, code: int
) -> None:
    for name, value in {
        "DATABASE_URL": contracts.database.url,
        "KAFKA": "127.0.0.1:1",
        "OIDC_ISSUER": "https://identity.test/cer",
        "KEYS_DIR": str(tmp_path / "keys"),
    }.items():
        monkeypatch.setenv(f"CER_{name}", value)
    file, report = tmp_path / "agents.csv", tmp_path / "report.json"
    file.write_text(text)

    done = await asyncio.to_thread(CliRunner().invoke, app, ["import", "agents", str(file), "--report", str(report)])

    assert done.exit_code == code, done.output
    assert json.loads(report.read_text())["created"] == (1 if code == 0 else 0)
    assert "lignes lues" in done.output
