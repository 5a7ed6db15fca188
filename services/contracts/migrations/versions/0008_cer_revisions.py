"""What a CER held after each of its changes.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE cer_revision (
        cer_id uuid NOT NULL REFERENCES cer (id),
        version integer NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        verb text NOT NULL,
        shown integer NOT NULL,
        changes jsonb NOT NULL,
        PRIMARY KEY (cer_id, version)
    )
    """,
    # CERs of before: what they hold now is the first content that is kept.
    """
    INSERT INTO cer_revision (cer_id, version, at, actor, verb, shown, changes)
    SELECT id, version, now(), created_by, 'kept', revision,
        texts || jsonb_build_object(
            'numero', numero, 'nature', nature, 'date_signature', date_signature, 'date_debut', date_debut,
            'date_demandee', date_demandee, 'date_fin', date_fin, 'duration_months', duration_months,
            'requests', requests, 'priority', priority, 'dernier_contrat', dernier_contrat,
            'accord', accord, 'note', note, 'note_author_id', note_author_id
        )
    FROM cer WHERE state <> 'supprime'
    """,
)


def upgrade() -> None:
    """Creates the table and begins it with what is kept."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
