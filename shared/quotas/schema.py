"""Creates the table of counts: migrations call these functions.

A released function never changes: a later change is a new function and a new migration.
"""

from alembic import op


def create_v1() -> None:
    """Counts, first version; signature had made the same table by itself."""
    op.execute(
        """
        CREATE TABLE quota (
            scope text NOT NULL,
            key text NOT NULL,
            day date NOT NULL,
            used integer NOT NULL,
            PRIMARY KEY (scope, key, day)
        )
        """
    )
