"""What the migrations create is what the statements at run time suppose."""

import asyncio
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text
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

# Columns, indexes, constraints, triggers and what the triggers do.
AUDIT = text(
    """
    SELECT table_name, column_name, data_type || is_nullable FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name LIKE 'audit%'
    UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'audit%'
    UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid::regclass::text LIKE 'audit%'
    UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
    WHERE tgrelid::regclass::text LIKE 'audit%'
    UNION ALL SELECT proname, '', prosrc FROM pg_proc WHERE proname LIKE 'audit%'
    ORDER BY 1, 2, 3
    """
)


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


async def test_every_service_keeps_its_audit_in_the_same_tables_by_the_same_triggers(postgres_url: str) -> None:
    """Contracts' came by three migrations, those of the others by one: neither may drift from the other."""
    found = {}
    for service in SERVICES:
        async with fresh_database(postgres_url) as url:
            await asyncio.to_thread(migrate, service, url)
            database = Database(url)
            async with database.read() as session:
                found[service] = [tuple(row) for row in await session.execute(AUDIT)]
            await database.close()

    assert len(found["contracts"]) > 30
    assert [service for service in SERVICES if found[service] != found["contracts"]] == []
