"""Alembic's entry: all is in shared/database/migrations.py."""

from services.contracts.adapters.tables import metadata
from shared.database.migrations import run_env

run_env(metadata)
