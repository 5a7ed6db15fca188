"""Who has a study in charge, which late ones were told.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE study_charge (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        study_id uuid NOT NULL REFERENCES study (id),
        agent_id text NOT NULL,
        agent text NOT NULL,
        since timestamptz NOT NULL,
        released_at timestamptz,
        released_by text,
        CHECK (num_nulls(released_at, released_by) IN (0, 2))
    )
    """,
    # One agent at a time, whatever the code does.
    "CREATE UNIQUE INDEX study_in_charge ON study_charge (study_id) WHERE released_at IS NULL",
    "CREATE INDEX study_charge_of_agent ON study_charge (agent_id) WHERE released_at IS NULL",
    "CREATE INDEX study_charge_of_study ON study_charge (study_id)",
    # One alert for each stay in a state: two replicas that look at once tell it once.
    """
    CREATE TABLE study_alert (
        study_id uuid NOT NULL REFERENCES study (id),
        since timestamptz NOT NULL,
        days integer NOT NULL,
        told_at timestamptz NOT NULL,
        PRIMARY KEY (study_id, since)
    )
    """,
    "CREATE INDEX study_waiting ON study (state, since) "
    "WHERE state IN ('a_orienter', 'en_commission', 'attente_decision')",
)


def upgrade() -> None:
    """Creates the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
