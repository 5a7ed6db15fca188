"""Loads and saves what notifications keeps."""

from services.notifications.adapters.repository.batches import SqlBatches
from services.notifications.adapters.repository.digests import SqlDigests
from services.notifications.adapters.repository.messages import Messages
from services.notifications.adapters.repository.outgoing import SqlOutgoing
from services.notifications.adapters.repository.pace import SqlPacer
from services.notifications.adapters.repository.preferences import SqlPreferences
from services.notifications.adapters.repository.remises import SqlRemises
from services.notifications.adapters.repository.sittings import SqlDirectory, SqlSittings
from services.notifications.adapters.repository.versions import SqlTemplateVersions
from services.notifications.application.ports import Stores
from shared.database.unit_of_work import UnitOfWork

__all__ = [
    "Messages",
    "SqlBatches",
    "SqlDigests",
    "SqlOutgoing",
    "SqlPacer",
    "SqlPreferences",
    "SqlTemplateVersions",
    "stores_of",
]


def stores_of(uow: UnitOfWork) -> Stores:
    """The stores of a transaction."""
    session = uow.session
    return Stores(
        messages=Messages(session),
        digests=SqlDigests(session),
        versions=SqlTemplateVersions(session),
        preferences=SqlPreferences(session),
        remises=SqlRemises(session),
        directory=SqlDirectory(session),
        sittings=SqlSittings(session),
    )
