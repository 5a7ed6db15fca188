"""Whose events are skipped since they were erased."""

from shared.messaging import schema

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Creates what the erasure of a person needs."""
    schema.create_v2()


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
