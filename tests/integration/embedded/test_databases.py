"""Each service reaches its own database, and no other."""

from itertools import permutations

import asyncpg
import pytest

from deploy.embedded.backing import Backing
from deploy.embedded.services import SERVICES

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def urls(backing: Backing) -> dict[str, str]:
    made = backing.postgres.databases.create(SERVICES)
    return {name: url.replace("+asyncpg", "") for name, url in made.items()}


async def _value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def _elsewhere(url: str, database: str) -> str:
    return url.rsplit("/", 1)[0] + f"/{database}"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_owns_its_database(urls: dict[str, str], service: str) -> None:
    assert await _value(urls[service], "SELECT current_user = pg_get_userbyid(datdba) FROM pg_database "
                        "WHERE datname = current_database()")  # fmt: skip
    await _value(urls[service], "CREATE TABLE IF NOT EXISTS own (id int)")


@pytest.mark.parametrize(("service", "other"), list(permutations(SERVICES, 2)))
async def test_a_service_reaches_no_other(urls: dict[str, str], service: str, other: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _value(_elsewhere(urls[service], f"cer_{other}"), "SELECT 1")


@pytest.mark.parametrize("common", ["postgres", "template1"])
async def test_no_service_reaches_what_is_common(urls: dict[str, str], common: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _value(_elsewhere(urls["contracts"], common), "SELECT 1")


async def test_a_role_has_no_power_over_the_server(urls: dict[str, str]) -> None:
    powers = await _value(
        urls["contracts"],
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls FROM pg_roles "
        "WHERE rolname = current_user",
    )

    assert powers is False


async def test_the_password_of_one_service_does_not_open_another(urls: dict[str, str]) -> None:
    password = urls["contracts"].split(":")[2].split("@")[0]

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(urls["signature"], password=password)


async def test_creating_again_keeps_what_is_there(backing: Backing, urls: dict[str, str]) -> None:
    await _value(urls["documents"], "CREATE TABLE kept AS SELECT 7 AS number")

    again = backing.postgres.databases.create(SERVICES)

    assert await _value(again["documents"].replace("+asyncpg", ""), "SELECT number FROM kept") == 7
