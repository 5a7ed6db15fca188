"""Commission sessions: members, agenda, history; how many members a kind asks for.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE commission_session (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        label text NOT NULL,
        at timestamptz NOT NULL,
        place text NOT NULL,
        territory text,
        state text NOT NULL CHECK (state IN ('preparation', 'convened', 'open', 'closed', 'cancelled')),
        secretary text NOT NULL,
        quorum integer NOT NULL CHECK (quorum >= 0),
        version integer NOT NULL
    )
    """,
    "CREATE INDEX session_by_date ON commission_session (at, id)",
    """
    CREATE TABLE session_member (
        id uuid PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES commission_session (id),
        agent_id text,
        card text NOT NULL,
        chair boolean NOT NULL,
        present boolean,
        place integer NOT NULL,
        UNIQUE (session_id, agent_id)
    )
    """,
    "CREATE UNIQUE INDEX one_chair ON session_member (session_id) WHERE chair",
    "CREATE INDEX sessions_of_member ON session_member (agent_id) WHERE agent_id IS NOT NULL",
    # A CER is before one session at a time, whatever the code does: the unique index. What ended says how, and is live
    # no more; what was put off says so: the checks.
    """
    CREATE TABLE session_item (
        session_id uuid NOT NULL REFERENCES commission_session (id),
        study_id uuid NOT NULL REFERENCES study (id),
        position integer NOT NULL,
        live boolean NOT NULL,
        opinion text CHECK (opinion IN ('favorable', 'defavorable', 'ajourne')),
        votes jsonb,
        words text,
        ending text,
        postponed_to uuid REFERENCES commission_session (id),
        file_version integer NOT NULL,
        PRIMARY KEY (session_id, study_id),
        CONSTRAINT live_or_ended CHECK (live = (ending IS NULL)),
        CONSTRAINT put_off_says_where CHECK ((postponed_to IS NULL) = (ending IS DISTINCT FROM 'postponed')),
        CONSTRAINT closed_with_its_opinion CHECK (ending IS DISTINCT FROM 'closed' OR opinion IS NOT NULL)
    )
    """,
    "CREATE UNIQUE INDEX one_live_session ON session_item (study_id) WHERE live",
    """
    CREATE TABLE session_move (
        session_id uuid NOT NULL REFERENCES commission_session (id),
        version integer NOT NULL,
        verb text NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL,
        study_id uuid,
        detail text NOT NULL,
        reason text,
        PRIMARY KEY (session_id, version)
    )
    """,
    """
    CREATE TABLE commission_quorum (
        kind text PRIMARY KEY,
        members integer NOT NULL CHECK (members >= 0),
        version integer NOT NULL
    )
    """,
)


def upgrade() -> None:
    """Creates the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
