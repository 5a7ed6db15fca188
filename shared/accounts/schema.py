"""Creates the tables of agents: migrations of each service that follows them call these functions.

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


def add_v2() -> None:
    """Where agents work and for whom they stand in: `republish agents` tells it of those who were told before."""
    op.execute("ALTER TABLE agent_account ADD COLUMN territories text[]")
    op.execute(
        """
        CREATE TABLE agent_replacement (
            id uuid PRIMARY KEY,
            version integer NOT NULL,
            absent_id text NOT NULL,
            substitute_id text NOT NULL,
            first_day date NOT NULL,
            last_day date NOT NULL,
            ended boolean NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX agent_replacement_running ON agent_replacement (substitute_id, last_day) WHERE NOT ended")
