"""Editions: made or failed, inserted once."""

from alembic import op

from shared.messaging import schema

revision = "0001"
down_revision = None

_TABLES = (
    # An edition has its file or its failure, for one signature attempt or for one decision.
    """
    CREATE TABLE edition (
        id uuid PRIMARY KEY,
        cer_id uuid NOT NULL,
        dossier_id uuid NOT NULL,
        numero integer NOT NULL,
        territory text NOT NULL,
        kind text NOT NULL,
        revision integer NOT NULL,
        attempt integer,
        submission integer,
        made_at timestamptz NOT NULL,
        uri text,
        sha256 text,
        size integer,
        pages integer,
        fingerprint text,
        failure text,
        CONSTRAINT one_occasion CHECK (num_nonnulls(attempt, submission) = 1),
        CONSTRAINT made_or_failed CHECK (
            CASE WHEN failure IS NULL THEN num_nulls(uri, sha256, size, pages, fingerprint) = 0
                 ELSE num_nonnulls(uri, sha256, size, pages, fingerprint) = 0 END
        )
    )
    """,
    "CREATE INDEX edition_of_cer ON edition (cer_id, made_at)",
    """
    CREATE FUNCTION edition_never_changes() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'an edition never changes'; END $$
    """,
    "CREATE TRIGGER never_changes BEFORE UPDATE ON edition FOR EACH ROW EXECUTE FUNCTION edition_never_changes()",
)


def upgrade() -> None:
    """Creates the messaging tables and documents' own."""
    schema.create_v1()
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
