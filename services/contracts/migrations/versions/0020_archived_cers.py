"""CERs of archived dossiers stand in no list: what the lists walk holds those of the active base only.

Whether the dossier is archived is copied into its CERs by triggers, as its territory is (migration 0002).

Revision ID: 0020
Revises: 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_FILTERS = "nature, signing, submission, dernier_contrat"
_NAMES = (
    "cer_by_priority",
    "cer_by_priority_near",
    "cer_by_end",
    "cer_by_end_near",
    "cer_of_referent",
    "cer_to_read",
    "cer_to_read_by_anyone",
)

_STATEMENTS = (
    "ALTER TABLE cer ADD COLUMN archived boolean NOT NULL DEFAULT false",
    """
    UPDATE cer SET archived = true
    WHERE EXISTS (SELECT FROM archived_dossier x WHERE x.dossier_id = cer.dossier_id AND x.restored_at IS NULL)
    """,
    """
    CREATE OR REPLACE FUNCTION cer_follows_its_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- FOR SHARE waits for a change of the dossier under way, whose own trigger cannot see this row yet.
        SELECT dossier.territory, dossier.referent_id INTO NEW.territory, NEW.referent_id
        FROM dossier WHERE dossier.id = NEW.dossier_id FOR SHARE;
        NEW.archived := EXISTS (
            SELECT FROM archived_dossier x WHERE x.dossier_id = NEW.dossier_id AND x.restored_at IS NULL);
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION archive_leads_its_cers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- Waits for a CER that is being added, and whose own trigger cannot see this row yet.
        PERFORM FROM dossier WHERE dossier.id = NEW.dossier_id FOR NO KEY UPDATE;
        UPDATE cer SET archived = (NEW.restored_at IS NULL) WHERE dossier_id = NEW.dossier_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER archive_leads_its_cers AFTER INSERT OR UPDATE OF restored_at ON archived_dossier
    FOR EACH ROW EXECUTE FUNCTION archive_leads_its_cers()
    """,
    *(f"DROP INDEX {name}" for name in _NAMES),
    f"CREATE INDEX cer_by_priority ON cer (state, priority_rank, since, id, fin_key, {_FILTERS}) WHERE NOT archived",
    f"""
    CREATE INDEX cer_by_priority_near ON cer (territory, state, priority_rank, since, id, fin_key, {_FILTERS})
    WHERE NOT archived
    """,
    f"CREATE INDEX cer_by_end ON cer (state, fin_key, id, priority_rank, {_FILTERS}) WHERE NOT archived",
    f"""
    CREATE INDEX cer_by_end_near ON cer (territory, state, fin_key, id, priority_rank, {_FILTERS})
    WHERE NOT archived
    """,
    "CREATE INDEX cer_of_referent ON cer (referent_id, state) WHERE NOT archived",
    """
    CREATE INDEX cer_to_read ON cer (referent_id, decided_at, id)
    WHERE decided_at IS NOT NULL AND decision_read_at IS NULL AND NOT archived
    """,
    """
    CREATE INDEX cer_to_read_by_anyone ON cer (decided_at, id)
    WHERE decided_at IS NOT NULL AND decision_read_at IS NULL AND NOT archived
    """,
)


def upgrade() -> None:
    """Adds the column, what keeps it right, and the indexes of the lists anew."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
