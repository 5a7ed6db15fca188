"""Creates the tables of the audit and what keeps them append-only: a migration of each service calls `create_v1`.

A released function never changes: a later change is a new function and a new migration.
"""

from alembic import op

_RECORD = """
    at timestamptz NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    operation text NOT NULL,
    outcome text NOT NULL,
    dossiers uuid[] NOT NULL,
    cers uuid[] NOT NULL,
    relation text,
    on_behalf_of text
"""

_TABLES_V1 = (
    f"""
    CREATE TABLE audit_entry (
        id bigint PRIMARY KEY CHECK (id > 0),
        {_RECORD},
        previous_hash bytea NOT NULL UNIQUE CHECK (length(previous_hash) = 32),
        hash bytea NOT NULL CHECK (length(hash) = 32)
    )
    """,
    "CREATE INDEX audit_of_dossier ON audit_entry USING gin (dossiers)",
    "CREATE INDEX audit_of_cer ON audit_entry USING gin (cers)",
    "CREATE INDEX audit_of_actor ON audit_entry (actor, id)",
    f"CREATE TABLE audit_pending (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {_RECORD})",
    "CREATE TABLE audit_head (entry_id bigint PRIMARY KEY, hash bytea NOT NULL, at timestamptz NOT NULL)",
    """
    CREATE TABLE audit_anchor (
        entry_id bigint PRIMARY KEY,
        hash bytea NOT NULL,
        at timestamptz NOT NULL,
        pruned_at timestamptz NOT NULL
    )
    """,
)

# An entry may go only once an anchor says that it and all before it are pruned; nothing else ever changes.
_GUARDS_V1 = (
    """
    CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    """
    CREATE FUNCTION audit_is_pruned_at_an_anchor() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.id <= (SELECT max(entry_id) FROM audit_anchor) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the audit is append-only: DELETE of an entry after the last anchor is refused'
            USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE ON audit_entry
        FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()
    """,
    """
    CREATE TRIGGER pruned BEFORE DELETE ON audit_entry
        FOR EACH ROW EXECUTE FUNCTION audit_is_pruned_at_an_anchor()
    """,
    """
    CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
    """,
    *(
        f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
        """
        for table in ("audit_head", "audit_anchor")
    ),
)


def create_v1() -> None:
    """The chain, where writes leave their entries before, the heads that were published, and the anchors."""
    for statement in (*_TABLES_V1, *_GUARDS_V1):
        op.execute(statement)
