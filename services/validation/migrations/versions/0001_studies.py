"""Studies, their history, and the one decision of each."""

from alembic import op

from shared.messaging import schema

revision = "0001"
down_revision = None

_TABLES = (
    """
    CREATE TABLE study (
        id uuid PRIMARY KEY,
        cer_id uuid NOT NULL UNIQUE,
        dossier_id uuid NOT NULL,
        numero integer NOT NULL,
        nature text NOT NULL,
        state text NOT NULL,
        since timestamptz NOT NULL,
        version integer NOT NULL,
        submission integer NOT NULL,
        submitted_at timestamptz NOT NULL,
        revision integer NOT NULL,
        territory text NOT NULL,
        referent_id text NOT NULL,
        priority text NOT NULL,
        requests text[] NOT NULL,
        accord text NOT NULL,
        date_debut date NOT NULL,
        date_demandee date,
        date_fin date,
        identity text NOT NULL,
        referent text NOT NULL,
        commission_kind text,
        opinion text,
        accord_rank integer NOT NULL,
        priority_rank integer NOT NULL
    )
    """,
    "CREATE INDEX study_worklist ON study (accord_rank, priority_rank, submitted_at, id) "
    "WHERE state IN ('a_orienter', 'en_commission', 'attente_decision')",
    """
    CREATE TABLE study_move (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        study_id uuid NOT NULL REFERENCES study (id),
        version integer NOT NULL,
        submission integer NOT NULL,
        verb text NOT NULL,
        source text,
        target text NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL,
        detail text NOT NULL,
        reason text,
        UNIQUE (study_id, version)
    )
    """,
    # One decision for each study, whatever the code does: the primary key. By another person than the author, and on
    # the commission's path after its opinion: the checks.
    """
    CREATE TABLE decision (
        study_id uuid PRIMARY KEY REFERENCES study (id),
        submission integer NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('valide', 'non_valide')),
        path text NOT NULL CHECK (path IN ('chef_de_service', 'commission')),
        opinion text,
        decided_at timestamptz NOT NULL,
        decided_by text NOT NULL,
        referent_id text NOT NULL,
        date_debut date,
        text text NOT NULL,
        decider text NOT NULL,
        CONSTRAINT never_by_its_author CHECK (decided_by <> referent_id),
        CONSTRAINT outcome_follows_opinion CHECK (
            path <> 'commission'
            OR (opinion IS NOT NULL AND (opinion, outcome) IN (('favorable', 'valide'), ('defavorable', 'non_valide')))
        )
    )
    """,
)


def upgrade() -> None:
    """Creates the messaging tables and validation's own."""
    schema.create_v1()
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
