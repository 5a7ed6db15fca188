"""Alembic for a service: the URL comes from the caller, the folder from the service."""

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, pool
from sqlalchemy.ext.asyncio import create_async_engine

from shared.kernel.errors import Refusal

# One number for all services: each has a database of its own, and advisory locks are per database.
MIGRATION_LOCK = 7_033_001


class NewerDatabase(Refusal):
    """The database is at a revision that this version does not know."""

    code = "newer-database"
    title = "Version trop ancienne"


def migrate(service: str, url: str) -> None:
    """Brings the service's database to the newest revision. Safe to run from several replicas at once.

    Raises NewerDatabase.
    """
    folder = Path(__file__).resolve().parents[2] / "services" / service / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["url"] = url
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if not isinstance(error.__cause__, ResolutionError):
            raise
        raise NewerDatabase(
            "Sa base a été mise à jour par une version plus récente : c'est elle qu'il faut."
        ) from error


def run_env(metadata: MetaData) -> None:
    """The body of every `migrations/env.py`: applies the revisions in one transaction, one migrator at a time."""
    asyncio.run(_run(context.config.attributes["url"], metadata))


async def _run(url: str, metadata: MetaData) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, metadata)
    await engine.dispose()


def _upgrade(connection: Connection, metadata: MetaData) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
