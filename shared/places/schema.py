"""Creates the table of places: migrations of each service that follows them call these functions.

A released function never changes: a later change is a new function and a new migration.
"""

from alembic import op

_PLACES_V1 = (
    """
    CREATE TABLE dossier_place (
        dossier_id uuid PRIMARY KEY,
        version integer NOT NULL,
        territory text NOT NULL,
        referent_id text,
        merged_into uuid
    )
    """,
    "CREATE INDEX dossier_place_parts ON dossier_place (merged_into) WHERE merged_into IS NOT NULL",
    """
    CREATE FUNCTION lock_dossier_places() RETURNS void LANGUAGE sql AS
    'SELECT pg_advisory_xact_lock(7033004)'
    """,
    """
    CREATE FUNCTION place_of_dossier(wanted uuid, OUT territory text, OUT referent_id text)
    RETURNS SETOF record LANGUAGE sql STABLE AS $$
        WITH RECURSIVE up AS (
            SELECT one.*, 1 AS step FROM dossier_place AS one WHERE one.dossier_id = wanted
            UNION ALL
            SELECT one.*, up.step + 1 FROM dossier_place AS one JOIN up ON one.dossier_id = up.merged_into
            WHERE up.step < 50
        )
        SELECT up.territory, up.referent_id FROM up ORDER BY up.step DESC LIMIT 1
    $$
    """,
    """
    CREATE FUNCTION follow_dossier_place() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE place record;
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(7033004);
        SELECT * INTO place FROM place_of_dossier(NEW.dossier_id);
        IF FOUND THEN
            NEW.territory := place.territory;
            NEW.referent_id := place.referent_id;
        END IF;
        RETURN NEW;
    END
    $$
    """,
)


def create_v1(*tables: str) -> None:
    """Where dossiers are by now; these tables, which bear a place, follow. `republish dossiers` tells of all.

    A row that is made from an event of before the move takes the place of now; the lock keeps it from slipping
    between, since neither transaction sees what the other has not committed.
    """
    for statement in _PLACES_V1:
        op.execute(statement)
    for table in tables:
        op.execute(
            f"CREATE TRIGGER follow_dossier_place BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION follow_dossier_place()"
        )
        op.execute(f"CREATE INDEX IF NOT EXISTS {table}_of_dossier ON {table} (dossier_id)")
