"""Lists of CERs by territory and référent: what their indexes need stands in the row of the CER.

The territory and the référent are those of the dossier. Triggers copy them, so that no writer of either table, now or
later, can leave a CER on another's list; the dossier stays the only place where they are decided.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_FILTERS = "nature, signing, submission, dernier_contrat"

_STATEMENTS = (
    """
    ALTER TABLE cer
        ADD COLUMN territory text,
        ADD COLUMN referent_id text,
        ADD COLUMN decided_at timestamptz,
        ADD COLUMN priority_rank smallint NOT NULL GENERATED ALWAYS AS (
            CASE
                WHEN priority IS NULL THEN 6
                WHEN priority = 'urgente' THEN 0
                WHEN priority = 'suspension_en_cours' THEN 1
                WHEN priority = 'retablissement_droits' THEN 2
                WHEN priority = 'situation_sensible' THEN 3
                WHEN priority = 'normale' THEN 5
                ELSE 4
            END) STORED,
        ADD COLUMN since timestamptz NOT NULL GENERATED ALWAYS AS (COALESCE(submitted_at, created_at)) STORED,
        ADD COLUMN fin_key date NOT NULL GENERATED ALWAYS AS (COALESCE(date_fin, '9999-01-01'::date)) STORED
    """,
    """
    UPDATE cer SET territory = dossier.territory, referent_id = dossier.referent_id,
        decided_at = (cer.decision ->> 'decided_at')::timestamptz
    FROM dossier WHERE dossier.id = cer.dossier_id
    """,
    "ALTER TABLE cer ALTER COLUMN territory SET NOT NULL",
    """
    CREATE FUNCTION cer_follows_its_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- FOR SHARE waits for a change of the dossier under way, whose own trigger cannot see this row yet.
        SELECT dossier.territory, dossier.referent_id INTO NEW.territory, NEW.referent_id
        FROM dossier WHERE dossier.id = NEW.dossier_id FOR SHARE;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER cer_follows_its_dossier BEFORE INSERT OR UPDATE OF dossier_id ON cer
    FOR EACH ROW EXECUTE FUNCTION cer_follows_its_dossier()
    """,
    """
    CREATE FUNCTION dossier_leads_its_cers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE cer SET territory = NEW.territory, referent_id = NEW.referent_id WHERE dossier_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER dossier_leads_its_cers AFTER UPDATE OF territory, referent_id ON dossier FOR EACH ROW
    WHEN ((OLD.territory, OLD.referent_id) IS DISTINCT FROM (NEW.territory, NEW.referent_id))
    EXECUTE FUNCTION dossier_leads_its_cers()
    """,
    f"CREATE INDEX cer_by_priority ON cer (state, priority_rank, since, id, fin_key, {_FILTERS})",
    f"CREATE INDEX cer_by_priority_near ON cer (territory, state, priority_rank, since, id, fin_key, {_FILTERS})",
    f"CREATE INDEX cer_by_end ON cer (state, fin_key, id, priority_rank, {_FILTERS})",
    f"CREATE INDEX cer_by_end_near ON cer (territory, state, fin_key, id, priority_rank, {_FILTERS})",
    "CREATE INDEX cer_of_referent ON cer (referent_id, state)",
)


def upgrade() -> None:
    """Adds the columns, what keeps them right, and the indexes of the lists."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
