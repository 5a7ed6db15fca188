"""Search of dossiers: words of names, near spellings, lists by name within a territory or a référent.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Keys hold capital letters and digits: the order of bytes is theirs, and serves prefixes and pages alike.
_BY_NAME = 'nom_key COLLATE "C", prenom_key COLLATE "C", id'

_STATEMENTS = (
    "ALTER TABLE dossier ADD COLUMN name_words text[] NOT NULL DEFAULT '{}'",
    # The joined keys until the next change of the dossier writes all the words.
    """
    UPDATE dossier SET name_words = array_remove(ARRAY[nom_key, usage_key, prenom_key], '')
    """,
    "CREATE INDEX dossier_by_words ON dossier USING gin (array_to_tsvector(name_words))",
    """
    CREATE TABLE name_word (
        word text COLLATE "C" PRIMARY KEY,
        spellings text[] NOT NULL
    )
    """,
    "CREATE INDEX name_word_by_spelling ON name_word USING gin (spellings)",
    "DROP INDEX dossier_by_name",
    "DROP INDEX dossier_by_name_prefix",
    "DROP INDEX dossier_by_usage_prefix",
    "DROP INDEX dossier_by_referent",
    f"CREATE INDEX dossier_by_name ON dossier ({_BY_NAME})",
    f"CREATE INDEX dossier_of_territory_by_name ON dossier (territory, {_BY_NAME})",
    f"CREATE INDEX dossier_of_referent_by_name ON dossier (referent_id, {_BY_NAME}) WHERE referent_id IS NOT NULL",
    "CREATE INDEX dossier_by_usage ON dossier (usage_key COLLATE \"C\") WHERE usage_key <> ''",
    "CREATE INDEX dossier_by_birth ON dossier (date_naissance)",
    "CREATE INDEX household_by_digits ON household (btrim(matricule, '0'))",
)


def upgrade() -> None:
    """Adds what a search reads."""
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
