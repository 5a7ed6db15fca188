"""The lists that contracts keeps and studies follow, as it told them last.

The kinds of commission are there from the start, as they are shipped: contracts tells a list only when it changes. Of
version 0, so that whatever is told counts more.

Revision ID: 0005
Revises: 0004
"""

import json

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLE = """
    CREATE TABLE kept_list (
        id text PRIMARY KEY,
        version integer NOT NULL,
        entries jsonb NOT NULL
    )
"""

_SINCE = "2009-06-01"
_KINDS = {
    "ep": "Équipe pluridisciplinaire (EP)",
    "gei": "GEI",
    "gad": "GAD",
    "gecl": "GECl",
    "commission_locale": "Commission locale",
}
_ENTRIES = [
    {
        "id": code,
        "labels": [{"since": _SINCE, "label": label}],
        "usable_from": _SINCE,
        "usable_until": None,
        "rank": None,
    }
    for code, label in _KINDS.items()
]


def upgrade() -> None:
    """Creates the table, with the kinds of commission."""
    op.execute(_TABLE)
    shipped = text("INSERT INTO kept_list VALUES ('commission-kinds', 0, CAST(:entries AS jsonb))")
    op.execute(shipped.bindparams(entries=json.dumps(_ENTRIES)))


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
