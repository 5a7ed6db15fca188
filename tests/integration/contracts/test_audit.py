"""No answer without its line in the audit: every endpoint, every refusal, every way in which the audit can be away."""

import asyncio
import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson
from services.contracts.domain.rights import IMPERSONAL, SCOPES
from shared.audit.chain import Chain
from shared.audit.entry import Record, head_of
from shared.audit.keeping import publish_head
from shared.audit.ledger import Ledger
from shared.audit.verifier import Verifier
from shared.database.engine import Database
from shared.events.audit import AuditHeadPublished
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.builders.audit import entries, put_away, unaudited
from tests.builders.contracts import NOW
from tests.builders.endpoints import endpoints
from tests.integration.contracts.conftest import REFERENT, Contracts

pytestmark = pytest.mark.integration

UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def test_every_endpoint_leaves_a_line_with_the_ids_that_it_names(contracts: Contracts) -> None:
    cer = await contracts.cer()
    ids = {"dossier_id": cer["dossier_id"], "cer_id": cer["id"]}
    headers = contracts.headers(Role.REFERENT) | {"Idempotency-Key": "once", "If-Match": '"99"'}

    assert await unaudited(contracts.app, contracts.client, headers, ids, {*IMPERSONAL}) == []


@pytest.mark.parametrize("role", [Role.REFERENT, Role.SECRETARIAT, Role.SERVICE_INSERTION])
async def test_every_dossier_that_an_answer_shows_is_in_its_line(contracts: Contracts, role: Role) -> None:
    cer = await contracts.cer()
    dossiers = {cer["dossier_id"], (await contracts.person("000000000000002", nom_naissance="AUTRE"))["id"]}
    alike = a.person(date_naissance=date(1990, 5, 4))
    await contracts.import_foyers(ReadFoyer(1, a.household(), (ReadPerson(2, alike),), 0))
    matching = await contracts.scalar("SELECT id FROM matching")
    ids = {"dossier_id": cer["dossier_id"], "cer_id": cer["id"], "matching_id": str(matching)}
    shown = 0

    for endpoint in endpoints(contracts.app):
        if endpoint.method != "GET":
            continue
        before = len(await entries(contracts.database))
        answer = await contracts.get(endpoint.at(**ids), role)
        if answer.status_code != 200:
            continue
        told = {str(one) for entry in (await entries(contracts.database))[before:] for one in entry.record.dossiers}
        found = set(UUIDS.findall(answer.text)) & dossiers
        shown += len(found)
        assert found <= told, endpoint

    assert shown >= 3


def test_what_is_impersonal_is_an_operation_of_the_table() -> None:
    assert SCOPES.keys() >= IMPERSONAL


async def test_a_line_tells_who_did_what_how_near_and_how_it_ended(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    before = len(await entries(contracts.database))

    await contracts.get(f"/dossiers/{dossier['id']}")
    await contracts.get(f"/dossiers/{dossier['id']}", subject="referent-deux")
    await contracts.get(f"/dossiers/{dossier['id']}", territory="sud")
    await contracts.get(f"/dossiers/{dossier['id']}", Role.ADMIN)
    unknown = uuid4()
    await contracts.get(f"/cers/{unknown}")

    left = [entry.record for entry in (await entries(contracts.database))[before:]]
    assert [(one.actor, one.role, one.operation, one.outcome, one.relation) for one in left] == [
        (REFERENT, "referent", "read-dossier", "ok", "own"),
        ("referent-deux", "referent", "read-dossier", "ok", "territory"),
        ("referent-sud", "referent", "read-dossier", "not-found", "other"),
        ("admin-nord", "admin", "read-dossier", "forbidden", None),
        (REFERENT, "referent", "read-cer", "not-found", None),
    ]
    assert [one.dossiers for one in left[:4]] == [(UUID(dossier["id"]),)] * 4
    assert left[4].cers == (unknown,)


async def test_a_page_of_a_list_is_one_line_with_its_ids_and_not_those_of_the_next_page(contracts: Contracts) -> None:
    for matricule in ("000000000000001", "000000000000002", "000000000000003"):
        await contracts.person(matricule)
    before = len(await entries(contracts.database))

    page = (await contracts.get("/dossiers?limit=2")).json()

    (line,) = (await entries(contracts.database))[before:]
    assert [str(one) for one in line.record.dossiers] == [one["id"] for one in page["dossiers"]]
    assert line.record.operation == "list-dossiers"


async def test_a_write_and_its_line_are_one_transaction(contracts: Contracts) -> None:
    dossier = await contracts.person()
    await put_away(contracts.database, "audit_pending")

    refused = await contracts.send("PUT", f"/dossiers/{dossier['id']}/referent", {"referent_id": REFERENT}, version=1)

    assert refused.status_code >= 500
    assert await contracts.scalar("SELECT referent_id FROM dossier") is None


async def test_what_a_write_entered_is_chained_once_the_chain_can_be_written_again(contracts: Contracts) -> None:
    dossier = await contracts.person()
    await put_away(contracts.database, "audit_entry")

    done = await contracts.send("PUT", f"/dossiers/{dossier['id']}/referent", {"referent_id": REFERENT}, version=1)
    async with contracts.database.begin() as uow:
        await uow.session.execute(text("ALTER TABLE audit_entry DROP CONSTRAINT away"))
    await publish_head(contracts.database, AuditHeadPublished)

    assert done.status_code == 200
    last = (await entries(contracts.database))[-1].record
    assert (last.operation, last.dossiers) == ("name-referent", (UUID(dossier["id"]),))
    assert await contracts.scalar("SELECT count(*) FROM audit_pending") == 0


async def test_nothing_is_answered_while_the_audit_cannot_be_written(contracts: Contracts) -> None:
    dossier = await contracts.person()
    await put_away(contracts.database, "audit_entry")

    answer = await contracts.get(f"/dossiers/{dossier['id']}")

    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:cer:problem:audit-away"
    assert dossier["nom_naissance"] not in answer.text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'autre'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_head SET hash = ''",
        "DELETE FROM audit_head",
        "TRUNCATE audit_anchor",
    ],
)
async def test_the_database_refuses_to_change_the_past(contracts: Contracts, statement: str) -> None:
    await contracts.get("/dossiers")

    with pytest.raises(DBAPIError, match="append-only"):
        async with contracts.database.begin() as uow:
            await uow.session.execute(text(statement))


async def test_those_who_come_while_an_entry_is_written_share_one_commit(contracts: Contracts) -> None:
    ledger = Ledger(Database(contracts.database.url, pool_size=1))

    await asyncio.gather(*(ledger.append(Record(NOW, "agent", "referent", "read-dossier", "ok")) for _ in range(50)))
    await ledger.close()

    assert await contracts.scalar("SELECT count(DISTINCT xmin::text) FROM audit_entry") == 1


async def test_two_hundred_writers_in_two_processes_make_one_chain(contracts: Contracts) -> None:
    ledgers = [Ledger(Database(contracts.database.url, pool_size=1)) for _ in range(2)]
    records = [Record(NOW, f"agent-{number}", "referent", "read-dossier", "ok") for number in range(200)]

    async def in_a_transaction(record: Record) -> None:
        async with contracts.database.begin() as uow:
            uow.at_last(lambda: Chain(uow.session).enter(record))

    await asyncio.gather(
        *(
            in_a_transaction(one) if number % 4 == 0 else ledgers[number % 2].append(one)
            for number, one in enumerate(records)
        )
    )
    await ledgers[0].append()
    for ledger in ledgers:
        await ledger.close()

    chain = await entries(contracts.database)
    verifier = Verifier([head_of(chain[-1])], None, NOW)
    assert [flaw for entry in chain if (flaw := verifier.feed(entry))] == []
    assert [entry.id for entry in chain] == list(range(1, 201))
    assert {entry.record.actor for entry in chain} == {record.actor for record in records}
