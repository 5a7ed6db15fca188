"""What the migrations create is what the statements at run time suppose."""

import asyncio
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from cer import SERVICES
from shared.database.engine import Database
from shared.database.migrations import migrate
from shared.messaging.tables import metadata as messaging
from tests.builders.messaging import create_schema
from tests.fixtures.databases import fresh_database

pytestmark = pytest.mark.integration

# What only the database has to know, and `tables.py` need not repeat: it is enforced or used without being named.
UNNAMED = {"remove_index", "remove_constraint", "remove_fk"}


def _differences(connection: Connection, wanted: MetaData) -> list[tuple[str, str]]:
    tables = set(wanted.tables)
    context = MigrationContext.configure(
        connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in tables}
    )
    # A change of a column comes as a list of one.
    found = [one[0] if isinstance(one, list) else one for one in compare_metadata(context, wanted)]
    return [(str(one[0]), str(one[1:])) for one in found]


async def test_the_messaging_tables_are_those_that_the_schema_creates(postgres_url: str) -> None:
    async with fresh_database(postgres_url) as url:
        database = Database(url)
        await create_schema(database)
        async with database.engine.connect() as connection:
            assert await connection.run_sync(_differences, messaging) == []
        await database.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_services_tables_are_those_that_its_migrations_create(postgres_url: str, service: str) -> None:
    metadata = import_module(f"services.{service}.adapters.tables").metadata
    async with fresh_database(postgres_url) as url:
        await asyncio.to_thread(migrate, service, url)
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            found = await connection.run_sync(_differences, metadata)
        assert [difference for difference in found if difference[0] not in UNNAMED] == []
        await engine.dispose()
