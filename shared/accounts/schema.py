"""Creates the table of accounts: a migration of each service that follows them calls `create_v1`.

A released function never changes: a later change is a new function and a new migration.
"""

from alembic import op


def create_v1() -> None:
    """Accounts, first version."""
    op.execute(
        """
        CREATE TABLE agent_account (
            agent_id text PRIMARY KEY,
            version integer NOT NULL,
            active boolean NOT NULL
        )
        """
    )
