"""The tables of contracts. `migrations/` creates them, with their constraints and indexes.

Personal data stand here in clear: contracts is where dossiers and CERs are kept and searched. Of the
NIR, at most a keyed hash.
"""

from services.contracts.adapters.tables.agents import agent, replacement
from services.contracts.adapters.tables.base import metadata
from services.contracts.adapters.tables.cers import cer, cer_history, cer_revision
from services.contracts.adapters.tables.commission_files import commission_file
from services.contracts.adapters.tables.dossiers import dossier, dossier_history, household, name_word
from services.contracts.adapters.tables.duplicates import duplicate
from services.contracts.adapters.tables.erasures import erasure, erasure_answer, legal_hold
from services.contracts.adapters.tables.files import attachment
from services.contracts.adapters.tables.imports import (
    import_difference,
    import_named,
    import_part,
    import_refusal,
    import_run,
)
from services.contracts.adapters.tables.matching import matching
from services.contracts.adapters.tables.reference import (
    dated_text,
    list_entry,
    reference_change,
    reference_list,
    reference_stamp,
    territory,
)
from services.contracts.adapters.tables.retention import archived_dossier, in_archive
from services.contracts.adapters.tables.snapshots import followed_study, republish
from services.contracts.adapters.tables.tasks import cer_task
from shared.audit import tables as audit
from shared.messaging.tables import attach

__all__ = [
    "agent",
    "archived_dossier",
    "attachment",
    "cer",
    "cer_history",
    "cer_revision",
    "cer_task",
    "commission_file",
    "dated_text",
    "dossier",
    "dossier_history",
    "duplicate",
    "erasure",
    "erasure_answer",
    "followed_study",
    "household",
    "import_difference",
    "import_named",
    "import_part",
    "import_refusal",
    "import_run",
    "in_archive",
    "legal_hold",
    "list_entry",
    "matching",
    "metadata",
    "name_word",
    "reference_change",
    "reference_list",
    "reference_stamp",
    "replacement",
    "republish",
    "territory",
]

attach(metadata)
audit.attach(metadata)
