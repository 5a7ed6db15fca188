"""What the use cases ask of the outside."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.application.ports.agents import Agents
from services.contracts.application.ports.archive import Archive
from services.contracts.application.ports.cers import Cers
from services.contracts.application.ports.commission_files import CommissionFiles
from services.contracts.application.ports.dossiers import Choice, Dossiers, Filter, Judge, Named, Telephones
from services.contracts.application.ports.duplicates import Duplicates
from services.contracts.application.ports.erasures import Erasures
from services.contracts.application.ports.exports import Exports
from services.contracts.application.ports.files import Attachments
from services.contracts.application.ports.holds import Holds
from services.contracts.application.ports.matching import Matchings
from services.contracts.application.ports.nirs import Nirs
from services.contracts.application.ports.reference import ReferenceBooks
from services.contracts.application.ports.runs import Runs
from services.contracts.application.ports.snapshots import Snapshots
from services.contracts.application.ports.tasks import Tasks
from services.contracts.application.ports.worklists import CerFilter, Worklists

__all__ = [
    "Agents",
    "Archive",
    "Attachments",
    "CerFilter",
    "Cers",
    "Choice",
    "CommissionFiles",
    "Dossiers",
    "Duplicates",
    "Erasures",
    "Exports",
    "Filter",
    "Holds",
    "Judge",
    "Matchings",
    "Named",
    "Nirs",
    "ReferenceBooks",
    "Runs",
    "Snapshots",
    "Stores",
    "StoresOf",
    "Tasks",
    "Telephones",
    "Worklists",
]


@dataclass(frozen=True)
class Stores:
    """All that a transaction can load and save."""

    cers: Cers
    dossiers: Dossiers
    agents: Agents
    exports: Exports
    worklists: Worklists
    attachments: Attachments
    reference: ReferenceBooks
    tasks: Tasks
    erasures: Erasures
    holds: Holds
    archive: Archive
    snapshots: Snapshots
    matchings: Matchings
    duplicates: Duplicates
    runs: Runs
    commission_files: CommissionFiles


StoresOf = Callable[[AsyncSession], Stores]
