"""Loads and saves aggregates: SQL here, rules in the domain."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.agents import SqlAgents
from services.contracts.adapters.repository.archive import SqlArchive
from services.contracts.adapters.repository.cers import SqlCers
from services.contracts.adapters.repository.commission_files import SqlCommissionFiles
from services.contracts.adapters.repository.dossiers import SqlDossiers
from services.contracts.adapters.repository.duplicates import SqlDuplicates
from services.contracts.adapters.repository.erasures import SqlErasures
from services.contracts.adapters.repository.exports import SqlExports
from services.contracts.adapters.repository.files import SqlAttachments
from services.contracts.adapters.repository.holds import SqlHolds
from services.contracts.adapters.repository.matching import SqlMatchings
from services.contracts.adapters.repository.reference import SqlReferenceBooks
from services.contracts.adapters.repository.runs import SqlRuns
from services.contracts.adapters.repository.snapshots import SqlSnapshots
from services.contracts.adapters.repository.tasks import SqlTasks
from services.contracts.adapters.repository.worklists import SqlWorklists
from services.contracts.application.ports import Stores


def stores_of(session: AsyncSession) -> Stores:
    """All that a transaction can load and save."""
    reference = SqlReferenceBooks(session)
    return Stores(
        cers=SqlCers(session, reference),
        dossiers=SqlDossiers(session),
        agents=SqlAgents(session),
        exports=SqlExports(session),
        worklists=SqlWorklists(session),
        attachments=SqlAttachments(session),
        reference=reference,
        tasks=SqlTasks(session),
        erasures=SqlErasures(session),
        holds=SqlHolds(session),
        archive=SqlArchive(session),
        snapshots=SqlSnapshots(session),
        duplicates=SqlDuplicates(session),
        matchings=SqlMatchings(session),
        runs=SqlRuns(session),
        commission_files=SqlCommissionFiles(session),
    )
