"""Dossiers, CERs, agents.

Revision ID: 0001
Revises:
"""

from alembic import op

from shared.messaging import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE household (
        id uuid PRIMARY KEY,
        organisme text NOT NULL,
        numero_organisme text NOT NULL,
        matricule text NOT NULL,
        UNIQUE (matricule, organisme, numero_organisme)
    )
    """,
    """
    CREATE TABLE dossier (
        id uuid PRIMARY KEY,
        household_id uuid NOT NULL REFERENCES household (id),
        version integer NOT NULL,
        registered_at timestamptz NOT NULL,
        civilite text NOT NULL,
        sexe text NOT NULL,
        nom_naissance text NOT NULL,
        nom_usage text,
        prenoms text[] NOT NULL,
        date_naissance date NOT NULL,
        nom_key text NOT NULL,
        usage_key text NOT NULL,
        prenom_key text NOT NULL,
        adresse text[] NOT NULL,
        situation_familiale text,
        date_entree_rsa date,
        mail text,
        telephone text,
        telephone_mobile boolean,
        telephone_changed_at timestamptz,
        contact_changed_at timestamptz,
        contact_changed_by text,
        territory text NOT NULL,
        referent_id text,
        referent_since date,
        orientation text,
        UNIQUE (household_id, nom_key, prenom_key, date_naissance)
    )
    """,
    "CREATE INDEX dossier_by_name ON dossier (nom_key, prenom_key, id)",
    'CREATE INDEX dossier_by_name_prefix ON dossier (nom_key COLLATE "C")',
    "CREATE INDEX dossier_by_usage_prefix ON dossier (usage_key COLLATE \"C\") WHERE usage_key <> ''",
    "CREATE INDEX dossier_by_telephone ON dossier (telephone) WHERE telephone IS NOT NULL",
    "CREATE INDEX dossier_by_referent ON dossier (referent_id)",
    """
    CREATE TABLE cer (
        id uuid PRIMARY KEY,
        dossier_id uuid NOT NULL REFERENCES dossier (id),
        version integer NOT NULL,
        revision integer NOT NULL,
        state text NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        numero integer NOT NULL,
        nature text NOT NULL,
        date_signature date,
        date_debut date,
        date_demandee date,
        date_fin date,
        duration_months integer,
        requests text[] NOT NULL,
        priority text,
        dernier_contrat boolean NOT NULL,
        texts jsonb NOT NULL,
        note text NOT NULL,
        note_author_id text,
        accord text NOT NULL,
        proof jsonb,
        signing text NOT NULL,
        attempt integer NOT NULL,
        signing_deadline timestamptz,
        signing_ending text,
        submission integer NOT NULL,
        submitted_at timestamptz,
        decision jsonb,
        CHECK (signing = 'none' OR state <> 'supprime')
    )
    """,
    "CREATE INDEX cer_of_dossier ON cer (dossier_id)",
    "CREATE INDEX cer_signing ON cer (signing_deadline) WHERE signing IN ('preparing', 'open')",
    """
    CREATE TABLE cer_history (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        cer_id uuid NOT NULL REFERENCES cer (id),
        version integer NOT NULL,
        verb text NOT NULL,
        from_state text,
        to_state text NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL,
        details jsonb NOT NULL,
        reason text NOT NULL
    )
    """,
    "CREATE INDEX history_of_cer ON cer_history (cer_id, id)",
    """
    CREATE TABLE agent (
        id text PRIMARY KEY,
        version integer NOT NULL,
        role text NOT NULL,
        territory text,
        full_name text NOT NULL,
        mail text,
        quality text NOT NULL,
        active boolean NOT NULL,
        telephone text
    )
    """,
    "CREATE INDEX agent_by_telephone ON agent (telephone) WHERE telephone IS NOT NULL",
)


def upgrade() -> None:
    """Creates the messaging tables and contracts' own."""
    schema.create_v1()
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
