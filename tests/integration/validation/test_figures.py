"""Figures for the chef de service: true to the history, nominative for them alone, and read by their indexes."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text

from shared.security.principal import Role
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

STUDIES = 100_000
# A year of a large département, decided but for one in twenty: each routed after 1 to 9 days, decided 1 to 19 later.
_COLUMNS = (
    "numero, nature, version, revision, referent_id, priority, requests, accord, date_debut, identity, referent, "
    "accord_rank, priority_rank, submission"
)
FILL = (
    f"""
    INSERT INTO study (id, cer_id, dossier_id, state, since, submitted_at, territory, {_COLUMNS})
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
           CASE WHEN n % 20 = 0 THEN 'attente_decision' ELSE 'decide' END,
           at + make_interval(days => (1 + n % 9)::integer), at, 'territoire-' || n % 12, {_COLUMNS}
    FROM (SELECT study.*, n, timestamptz '2026-03-01' - make_interval(mins => (n * 5)::integer) AS at
          FROM study, generate_series(1, {STUDIES}) AS n) filled
    """,
    "DELETE FROM study_move",
    """
    INSERT INTO study_move (study_id, version, submission, verb, source, target, actor, at, detail, source_since)
    SELECT id, 1, 1, 'open', NULL, 'a_orienter', 'x', submitted_at, '', NULL FROM study
    UNION ALL
    SELECT id, 2, 1, 'send_to_chef_de_service', 'a_orienter', 'attente_decision', 'x', since, '', submitted_at
    FROM study
    UNION ALL
    SELECT id, 3, 1, 'decide', 'attente_decision', 'decide', 'x', since + interval '7 days', 'valide', since
    FROM study WHERE state = 'decide'
    """,
    """
    INSERT INTO decision (study_id, submission, outcome, path, decided_at, decided_by, referent_id, text, decider)
    SELECT id, 1, 'valide', 'chef_de_service', since + interval '7 days', 'chef-1', referent_id, 'x', referent
    FROM study WHERE state = 'decide'
    """,
    "ANALYZE study, study_move, decision",
)


async def act(
    validation: Validation, study: dict[str, Any], verb: str, body: dict[str, Any], role: Role
) -> dict[str, Any]:
    path, seen = f"/studies/{study['id']}/{verb}", f'"{study["version"]}"'
    subject = "chef-1" if role is Role.CHEF_DE_SERVICE else "agent-1"
    answer = await validation.post(path, body, role, subject, If_Match=seen)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def lived(validation: Validation, routed: int, decided: int, outcome: str = "valide", **changes: Any) -> None:
    """A study routed after so many days, and decided so many days after that, as of the clock."""
    began = validation.clock.instant
    study = await validation.open_study(cer_id=uuid4(), submitted_at=began, **changes)
    validation.clock.instant = began + timedelta(days=routed)
    study = await act(validation, study, "chef-de-service", {}, Role.SERVICE_INSERTION)
    validation.clock.instant += timedelta(days=decided)
    await act(validation, study, "decision", {"outcome": outcome, "comment": "Vu."}, Role.CHEF_DE_SERVICE)
    validation.clock.instant = began


async def figures(validation: Validation, query: str = "?from=2026-03-01&to=2026-12-31") -> dict[str, Any]:
    answer = await validation.get(f"/figures{query}", Role.CHEF_DE_SERVICE)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_delays_are_those_of_the_history_and_decisions_are_counted_by_month(validation: Validation) -> None:
    for routed, decided in ((1, 3), (2, 5), (3, 16)):
        await lived(validation, routed, decided)
    await lived(validation, 9, 30, "non_valide", territory="privas")

    found = await figures(validation)

    assert {one["state"]: (one["studies"], one["median_days"]) for one in found["delays"]} == {
        "a_orienter": (4, 2.5), "attente_decision": (4, 10.5), "decision": (4, 13.0),
    }  # fmt: skip
    assert {one["state"]: one["p90_days"] for one in found["delays"]}["attente_decision"] == 25.8
    assert [(one["month"], one["territory"], one["outcome"], one["decisions"]) for one in found["decisions"]] == [
        ("2026-03", "aubenas", "valide", 2),
        ("2026-04", "aubenas", "valide", 1),
        ("2026-04", "privas", "non_valide", 1),
    ]
    few = await figures(validation, "?from=2026-04-01&to=2026-04-30&territory=privas")
    assert [(one["state"], one["studies"], one["median_days"]) for one in few["delays"]] == [
        ("attente_decision", 1, 30.0), ("decision", 1, 39.0),
    ]  # fmt: skip
    assert (await figures(validation, "?from=2026-05-01&to=2026-05-31"))["decisions"] == []


async def test_the_stock_is_what_is_under_study_now(validation: Validation) -> None:
    await lived(validation, 1, 1)
    await validation.open_study(cer_id=uuid4(), submitted_at=validation.clock.instant - timedelta(days=8))
    await validation.open_study(cer_id=uuid4(), territory="privas", submitted_at=validation.clock.instant)

    stock = (await figures(validation))["stock"]

    assert [(one["state"], one["territory"], one["studies"], one["late"]) for one in stock] == [
        ("a_orienter", "aubenas", 1, 1), ("a_orienter", "privas", 1, 0),
    ]  # fmt: skip
    assert len((await figures(validation, "?territory=privas"))["stock"]) == 1


async def test_agents_are_named_to_the_head_of_service_alone(validation: Validation) -> None:
    await lived(validation, 1, 1)
    await lived(validation, 1, 2, "non_valide")
    study = await validation.open_study(cer_id=uuid4())
    await validation.post(f"/studies/{study['id']}/charge", {}, Role.SERVICE_INSERTION, "agent-1")
    query = "?from=2026-03-01&to=2026-12-31"

    named = (await validation.get(f"/figures/agents{query}", Role.CHEF_DE_SERVICE)).json()["agents"]

    assert [(one["agent"]["agent_id"], one["valide"], one["non_valide"], one["in_charge"]) for one in named] == [
        ("agent-1", 0, 0, 1), ("chef-1", 1, 1, 0),
    ]  # fmt: skip
    assert (await validation.get(f"/figures/agents{query}")).status_code == 403
    anonymous = json.dumps(await figures(validation))
    assert "chef-1" not in anonymous
    assert "agent-1" not in anonymous


@pytest.mark.parametrize("table", ["delays", "stock", "decisions"])
async def test_each_table_is_given_as_a_file(validation: Validation, table: str) -> None:
    await lived(validation, 1, 1)
    await validation.open_study(cer_id=uuid4())

    answer = await validation.get(f"/figures.csv?table={table}&from=2026-03-01&to=2026-12-31")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(answer.content.decode("utf-8-sig").splitlines()) >= 2


@pytest.mark.parametrize("query", ["?from=2026-02-01&to=2026-01-01", "?from=1900-01-01", "?to=9999-12-31", "?from=x"])
async def test_a_period_that_makes_no_sense_is_refused(validation: Validation, query: str) -> None:
    assert (await validation.get(f"/figures{query}")).status_code == 422


async def test_over_a_hundred_thousand_studies_a_month_is_read_by_its_indexes(validation: Validation) -> None:
    await validation.open_study()
    async with validation.database.engine.begin() as connection:
        for statement in FILL:
            await connection.execute(text(statement))
    sent: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT") and re.search(r"FROM \(?.*(study|decision)", statement, re.DOTALL):
            sent.append((statement, parameters))

    engine = validation.database.engine
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    month = await figures(validation, "?from=2026-02-01&to=2026-02-28")
    await validation.get("/studies/counts")
    await validation.get("/studies?late=true&limit=50")
    event.remove(engine.sync_engine, "before_cursor_execute", note)

    # 288 submissions a day: what was routed within a month is that of so many days.
    assert {one["state"]: one["studies"] > 5_000 for one in month["delays"]} == {
        "a_orienter": True, "attente_decision": True, "decision": True,
    }  # fmt: skip
    assert len(sent) >= 6
    scanned = []
    async with engine.connect() as connection:
        for statement, parameters in sent:
            explained = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            plan = json.dumps(explained.scalar())
            scanned += [(statement, name) for name in re.findall(r'"Seq Scan".{0,200}?"Relation Name": "(\w+)"', plan)]
    assert [name for _, name in scanned if name in {"study_move", "decision"}] == []
    alone = [name for statement, name in scanned if "decision" not in statement and "study_move" not in statement]
    assert "study" not in alone
