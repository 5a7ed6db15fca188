"""The motives of decisions and what a returned CER lacks, as shipped: sites that run already get the lists too.

The stamp of the lists stays: processes of the version before go on with the lists that they have in memory.

Revision ID: 0027
Revises: 0026
"""

from alembic import op
from sqlalchemy.dialects.postgresql import insert

from services.contracts.adapters.repository.reference_rows import entry_row
from services.contracts.adapters.tables.reference import list_entry, reference_list
from services.contracts.domain.reference.lists import ListName
from services.contracts.domain.reference.shipped.lists import LISTS

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ADDED = (ListName.DECISION_MOTIVES, ListName.COMPLEMENTS)


def upgrade() -> None:
    """Adds the lists where they are not there yet: a new site has them from the start."""
    for one in LISTS:
        if one.name in _ADDED:
            op.execute(insert(reference_list).values(id=one.name.value, version=one.version).on_conflict_do_nothing())
            for place, entry in enumerate(one.entries):
                op.execute(insert(list_entry).values(entry_row(one.name, place, entry)).on_conflict_do_nothing())


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError
