"""Bytes and rows agree whatever happens between them: a store that fails, a crash, a deletion, an erasure, a merge."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.analysis import ORPHAN_AFTER
from services.contracts.application.reactions.erasures import file_eraser
from shared.security.principal import Role
from tests.builders import files as a
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.filing import Filing

pytestmark = pytest.mark.integration


@pytest.fixture
def filing(contracts: Contracts) -> Filing:
    return Filing(contracts)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where the service's files are."""
    return tmp_path / "objects" / "contracts"


def break_down(store: Path) -> None:
    """What an object store that is away or full looks like: it answers nothing but errors."""
    if store.exists():
        store.rename(store.with_name("kept"))
    store.write_text("in the way")


def repair(store: Path) -> None:
    """With all that it held."""
    store.unlink()
    if (kept := store.with_name("kept")).exists():
        kept.rename(store)


async def execute(contracts: Contracts, statement: str, **values: object) -> None:
    async with contracts.database.begin() as uow:
        await uow.session.execute(text(statement), values)


async def test_a_store_that_fails_is_said_and_nothing_is_half_kept(
    contracts: Contracts, filing: Filing, store: Path
) -> None:
    dossier = await contracts.accompanied()
    break_down(store)

    refused = await filing.upload(dossier, a.pdf(), key="again")
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:cer:problem:objects-away")
    assert await contracts.scalar("SELECT count(*) FROM attachment") == 0
    assert await contracts.scalar("SELECT count(*) FROM work") == 0

    repair(store)
    assert (await filing.upload(dossier, a.pdf(), key="again")).status_code == 201


async def test_bytes_that_a_crash_left_without_a_row_are_swept(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    kept = await filing.available(dossier)
    await execute(
        contracts,
        "CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'crash'; END $$",
    )
    await execute(contracts, "CREATE TRIGGER crash BEFORE INSERT ON attachment FOR EACH ROW EXECUTE FUNCTION crash()")
    assert (await filing.upload(dossier, a.pdf())).status_code == 500
    await execute(contracts, "DROP TRIGGER crash ON attachment")
    assert len(await filing.stored()) == 2
    # Nobody says when the store's clock ticks: the test's own is set by it.
    contracts.clock.instant = datetime.now(UTC) + ORPHAN_AFTER - timedelta(minutes=10)
    assert await filing.analysis.sweep(contracts.clock) == 0

    contracts.clock.instant += timedelta(hours=1)
    assert await filing.analysis.sweep(contracts.clock) == 1

    assert [one.name for one in await filing.stored()] == [f"files/{dossier['id']}/{kept['id']}"]
    assert (await filing.open(kept)).status_code == 200


async def test_a_destruction_is_tried_until_the_store_answers(
    contracts: Contracts, filing: Filing, store: Path
) -> None:
    file = await filing.available(await contracts.accompanied())
    assert (await filing.remove(file)).status_code == 204
    break_down(store)

    for _ in range(8):
        await filing.destroy()
    assert await contracts.scalar("SELECT status FROM work WHERE kind = 'destroy-file'") == "ready"
    repair(store)
    await filing.destroy()

    assert await filing.stored() == []
    assert await contracts.scalar("SELECT status FROM work WHERE kind = 'destroy-file'") == "done"


async def test_a_store_that_is_away_delays_a_scan(contracts: Contracts, filing: Filing, store: Path) -> None:
    file = await filing.added(await contracts.accompanied())
    break_down(store)

    await filing.scan()
    assert (await filing.read(file))["code"] == "objects-away"
    repair(store)
    await filing.scan()

    opened = await filing.open(file)
    assert opened.content == a.pdf()


async def test_a_download_while_the_store_is_away_is_refused_by_name(
    contracts: Contracts, filing: Filing, store: Path
) -> None:
    file = await filing.available(await contracts.accompanied())
    break_down(store)

    answer = await filing.open(file)

    assert (answer.status_code, answer.json()["type"]) == (503, "urn:cer:problem:objects-away")


async def test_an_erased_person_has_no_file_left(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    other = await contracts.accompanied("001234500000099", telephone=None)
    await filing.available(dossier)
    assert (await filing.remove(await filing.available(dossier))).status_code == 204
    await filing.added(dossier)
    kept = await filing.available(other)

    path = f"/dossiers/{dossier['id']}/erasure"
    planned = (await contracts.send("POST", path, {"ground": "demande"}, Role.ADMIN)).json()
    confirmed = {"ground": "demande", "confirm": planned["version"]}
    assert (await contracts.send("POST", path, confirmed, Role.ADMIN)).status_code == 200
    assert await file_eraser(filing.vault, stores_of, contracts.clock).worker(contracts.database).work_once()
    await filing.scan()
    await filing.destroy()

    assert (planned["rows"]["attachment"], planned["files"]) == (3, 3)
    assert await contracts.scalar("SELECT count(*) FROM attachment") == 1
    assert [one.name for one in await filing.stored()] == [f"files/{other['id']}/{kept['id']}"]


async def test_a_file_follows_its_dossier_into_another(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    other = await contracts.accompanied("001234500000099", telephone=None)
    file = await filing.available(dossier)

    await execute(contracts, "UPDATE attachment SET dossier_id = :into", into=UUID(other["id"]))

    assert (await filing.open(file)).status_code == 200
    assert (await filing.remove(await filing.read(file))).status_code == 204
    await filing.destroy()
    assert await filing.stored() == []
