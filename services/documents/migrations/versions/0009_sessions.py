"""The files of commissions' sessions, and their papers.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE commission_file (
        id uuid PRIMARY KEY,
        session_id uuid NOT NULL,
        cer_id uuid NOT NULL,
        dossier_id uuid NOT NULL,
        version integer NOT NULL,
        open boolean NOT NULL,
        members text[] NOT NULL,
        until timestamptz NOT NULL,
        numero integer NOT NULL,
        nature text NOT NULL,
        requests text[] NOT NULL,
        identity text NOT NULL,
        referent text NOT NULL,
        opinion text,
        votes jsonb,
        words text
    )
    """,
    "CREATE INDEX commission_file_of_session ON commission_file (session_id)",
    "CREATE INDEX commission_file_of_member ON commission_file USING gin (members) WHERE open",
    """
    CREATE TABLE session_edition (
        id uuid PRIMARY KEY,
        session_id uuid NOT NULL,
        kind text NOT NULL,
        version integer NOT NULL,
        held_on date NOT NULL,
        cer_ids uuid[] NOT NULL,
        made_at timestamptz NOT NULL,
        uri text,
        sha256 text,
        size integer,
        pages integer,
        fingerprint text,
        failure text,
        CONSTRAINT paper_made_or_failed CHECK (
            CASE WHEN failure IS NULL THEN num_nulls(uri, sha256, size, pages, fingerprint) = 0
                 ELSE num_nonnulls(uri, sha256, size, pages, fingerprint) = 0 END
        )
    )
    """,
    "CREATE INDEX edition_of_session ON session_edition (session_id, version)",
    "CREATE INDEX session_edition_shows ON session_edition USING gin (cer_ids)",
    "CREATE TRIGGER never_changes BEFORE UPDATE ON session_edition "
    "FOR EACH ROW EXECUTE FUNCTION edition_never_changes()",
)


def upgrade() -> None:
    """Creates the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
