"""The order of the worklists is that of the list of priorities, which the admin keeps: no copy of it stands in code.

A trigger gives each CER the rank that its priorité has when it is saved; the worker gives the new one to those that
are there when the admin changes it (`follow_ranks`), which the index on both makes cheap to find.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE cer ALTER COLUMN priority_rank DROP EXPRESSION",
    # 32767, after any rank: a draft whose priorité is not chosen yet (domain/cers/worklist.py, NOT_CHOSEN).
    """
    CREATE FUNCTION cer_follows_its_priority() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.priority_rank := COALESCE(
            (SELECT rank FROM list_entry WHERE list = 'priorities' AND code = NEW.priority), 32767);
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER cer_follows_its_priority BEFORE INSERT ON cer
    FOR EACH ROW EXECUTE FUNCTION cer_follows_its_priority()
    """,
    """
    CREATE TRIGGER cer_follows_its_new_priority BEFORE UPDATE OF priority ON cer
    FOR EACH ROW WHEN (OLD.priority IS DISTINCT FROM NEW.priority) EXECUTE FUNCTION cer_follows_its_priority()
    """,
    """
    UPDATE cer SET priority_rank = COALESCE(
        (SELECT rank FROM list_entry WHERE list = 'priorities' AND code = cer.priority), 32767)
    """,
    "CREATE INDEX cer_of_priority ON cer (priority, priority_rank)",
)


def upgrade() -> None:
    """Has the rank stored, and what keeps it right."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
