"""Imports over HTTP: staged, previewed in every difference, applied once, refused lines given back, then forgotten."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.contracts.application.commands.staging import Staging
from shared.events.contracts import DossierRegistered
from shared.security.principal import Role
from tests.builders.imports import JEANNE, PAUL, csv_file, workbook
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

WRONG = (*PAUL[:6], "31/02/1972", *PAUL[7:])


async def upload(
    contracts: Contracts, data: bytes, query: str = "mapping=tableur-simple", key: str = "k-1", role: Role = Role.ADMIN
) -> httpx.Response:
    headers = {**contracts.headers(role), "Idempotency-Key": key, "X-File-Name": "gens%20de%20mars.csv"}
    return await contracts.client.post(f"/imports?{query}", content=data, headers=headers)


async def work(contracts: Contracts) -> int:
    staging: Staging = contracts.app.state.staging
    return await staging.work()


async def read(contracts: Contracts, staged: dict[str, Any]) -> dict[str, Any]:
    return dict((await contracts.get(f"/imports/{staged['id']}", Role.ADMIN)).json())


async def previewed(contracts: Contracts, data: bytes) -> dict[str, Any]:
    answer = await upload(contracts, data)
    assert answer.status_code == 202, answer.text
    assert await work(contracts) == 1
    return await read(contracts, answer.json())


async def apply(contracts: Contracts, run: dict[str, Any], version: int | None = None) -> httpx.Response:
    path = f"/imports/{run['id']}/apply"
    return await contracts.send("POST", path, role=Role.ADMIN, version=version or run["version"])


async def test_a_file_is_previewed_in_every_difference_then_applied(contracts: Contracts) -> None:
    ready = await previewed(contracts, workbook(JEANNE, PAUL, WRONG))

    assert (ready["state"], ready["file_name"]) == ("ready", "gens de mars.csv")
    assert (ready["counts"]["created"], ready["counts"]["refused_lines"]) == (2, 1)
    assert await contracts.scalar("SELECT count(*) FROM dossier") == 0
    shown = (await contracts.get(f"/imports/{ready['id']}/differences", Role.ADMIN)).json()["differences"]
    assert {"line": 2, "outcome": "created", "dossier_id": None, "field": "mail", "before": None,
            "after": "jeanne@example.org"} in shown  # fmt: skip

    asked = await apply(contracts, ready)
    assert (asked.status_code, asked.json()["state"]) == (202, "applying")
    await work(contracts)

    done = await read(contracts, ready)
    assert (done["state"], done["counts"]["created"], done["counts"]["refused_lines"]) == ("applied", 2, 1)
    assert len(await contracts.told(DossierRegistered)) == 2
    assert await work(contracts) == 0


async def test_a_change_shows_before_and_after_with_its_dossier(contracts: Contracts) -> None:
    ready = await previewed(contracts, csv_file(JEANNE).encode())
    await apply(contracts, ready)
    await work(contracts)
    married = csv_file((*JEANNE, "AUTRE"), header=(*csv_file().strip().split(";"), "Nom d'usage"))

    answer = await upload(contracts, married.encode(), key="k-2")
    await work(contracts)

    (one,) = (await contracts.get(f"/imports/{answer.json()['id']}/differences", Role.ADMIN)).json()["differences"]
    assert (one["field"], one["before"], one["after"]) == ("nom_usage", None, "AUTRE")
    assert one["dossier_id"] == str(await contracts.scalar("SELECT id FROM dossier"))


async def test_differences_come_by_pages(contracts: Contracts) -> None:
    ready = await previewed(contracts, csv_file(JEANNE, PAUL).encode())
    path = f"/imports/{ready['id']}/differences?limit=5"
    found: list[Any] = []
    after: int | None = 0
    while after is not None:
        page = (await contracts.get(f"{path}&after={after}", Role.ADMIN)).json()
        found += page["differences"]
        after = page["next"]

    assert len(found) == len({(one["line"], one["field"]) for one in found}) > 20


async def test_refused_lines_come_back_as_a_file(contracts: Contracts) -> None:
    ready = await previewed(contracts, csv_file(JEANNE, WRONG).encode())

    answer = await contracts.get(f"/imports/{ready['id']}/refused.csv", Role.ADMIN)

    assert answer.headers["content-type"].startswith("text/csv")
    assert "31/02/1972" in answer.text
    assert "date_naissance" in answer.text


async def test_the_same_upload_again_is_the_same_import(contracts: Contracts) -> None:
    data = csv_file(JEANNE).encode()

    first, again, other = [
        await upload(contracts, data),
        await upload(contracts, data),
        await upload(contracts, data + b"x"),
    ]

    assert first.json()["id"] == again.json()["id"]
    assert other.status_code == 422
    assert await contracts.scalar("SELECT count(*) FROM import_run") == 1


async def test_it_is_applied_once_and_only_as_it_was_seen(contracts: Contracts) -> None:
    staged = (await upload(contracts, csv_file(JEANNE).encode())).json()
    early = await apply(contracts, staged)
    await work(contracts)
    ready = await read(contracts, staged)
    stale = await apply(contracts, ready, version=1)
    taken = await apply(contracts, ready)
    twice = await apply(contracts, {**ready, "version": taken.json()["version"]})

    assert (early.status_code, stale.status_code, taken.status_code, twice.status_code) == (409, 412, 202, 409)


async def test_what_was_staged_is_forgotten_after_its_term(contracts: Contracts) -> None:
    ready = await previewed(contracts, csv_file(JEANNE).encode())
    contracts.clock.instant += timedelta(days=8)

    await work(contracts)

    for table in ("import_part", "import_difference"):
        assert await contracts.scalar(f"SELECT count(*) FROM {table}") == 0
    assert (await read(contracts, ready))["state"] == "expired"
    refused = await apply(contracts, await read(contracts, ready))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:cer:problem:import-expired")


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"Nom\r\nFICTIVE\r\n", "header")])
async def test_a_file_that_cannot_be_read_says_why(contracts: Contracts, data: bytes, code: str) -> None:
    staged = await upload(contracts, data or b"\r\n")
    await work(contracts)

    found = await read(contracts, staged.json())

    assert found["state"] == "ready"
    assert found["interrupted"]["code"] in {code, "header"}


async def test_a_workbook_that_cannot_be_read_is_not_kept(contracts: Contracts) -> None:
    refused = await upload(contracts, b"PK\x03\x04")

    assert (refused.status_code, refused.json()["type"]) == (422, "urn:cer:problem:import-unreadable")
    assert await contracts.scalar("SELECT count(*) FROM import_part") == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("mapping=absent", 404),
        ("mapping=../../etc/passwd", 404),
        ("", 422),
        ("mapping=tableur-simple&territory=zz", 422),
    ],
)
async def test_what_is_asked_for_must_exist(contracts: Contracts, query: str, status: int) -> None:
    answer = await upload(contracts, csv_file(JEANNE).encode(), query)

    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("role", [Role.REFERENT, Role.SECRETARIAT, Role.CHEF_DE_SERVICE, Role.COMMISSION])
async def test_others_import_nothing(contracts: Contracts, role: Role) -> None:
    assert (await upload(contracts, csv_file(JEANNE).encode(), role=role)).status_code == 403


async def test_a_file_that_is_too_large_is_refused(contracts: Contracts) -> None:
    answer = await upload(contracts, bytes(65 * 1024 * 1024))

    assert (answer.status_code, answer.json()["type"]) == (413, "urn:cer:problem:import-too-large")
