"""CERs as agents read them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from services.contracts.application.commands.cers import start_from_last
from services.contracts.application.ports import Stores
from services.contracts.application.ports.cers import Deleted
from services.contracts.application.queries import opened
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.notices import notices
from services.contracts.domain.cers.prefill import Proposal
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.moves import Move
from services.contracts.domain.rights import READS_DECISION, READS_NOTE, READS_TEXTS, check
from shared.kernel.errors import FieldProblem
from shared.security.principal import Principal


@dataclass(frozen=True)
class Sight:
    """What of a CER an agent may read beside its state and dates."""

    texts: bool
    note: bool
    decision: bool


@dataclass(frozen=True)
class CerRead:
    """A CER as one agent sees it, with what is worth saying of it."""

    cer: Cer
    sight: Sight
    notices: list[FieldProblem]


async def cers(stores: Stores, agent: Principal, dossier_id: UUID) -> tuple[list[Cer], list[Deleted]]:
    """The CERs of a dossier, and what is left of its deleted propositions. Raises NotFound."""
    await stores.dossiers.get(dossier_id, judged=partial(check, agent, "list-cers"))
    return await stores.cers.of_dossier(dossier_id), await stores.cers.deleted_of(dossier_id)


async def cer(stores: Stores, agent: Principal, cer_id: UUID, now: datetime) -> CerRead:
    """A CER, as it may be read at this instant. Raises NotFound."""
    found = await stores.cers.get(cer_id)
    judged = await opened.of_cer(stores, agent, "read-cer", cer_id, now)
    home = await stores.dossiers.get(found.dossier_id, judged=judged)
    return await read(stores, agent, found, home)


async def to_start_from(
    stores: Stores, agent: Principal, dossier_id: UUID, today: date, *, weekly_hours: bool
) -> Proposal:
    """What a new CER would start from, and the one that it recalls. Raises NotFound, Forbidden."""
    await stores.dossiers.get(dossier_id, judged=partial(check, agent, "prefill-cer"))
    return await start_from_last(stores, dossier_id, today, weekly_hours=weekly_hours)


async def read(stores: Stores, agent: Principal, found: Cer, home: Dossier) -> CerRead:
    """A CER that was just loaded or changed, as this agent sees it."""
    neighbours = await stores.cers.neighbours(found.dossier_id, found.id)
    return CerRead(found, sight_of(found, agent), notices(found, home.contact, neighbours))


def sight_of(found: Cer, agent: Principal) -> Sight:
    """What of this CER this agent may read."""
    return Sight(
        texts=agent.role in READS_TEXTS,
        note=agent.role in READS_NOTE or found.note.author_id == agent.subject,
        decision=agent.role in READS_DECISION,
    )


async def history(stores: Stores, agent: Principal, cer_id: UUID) -> list[Move]:
    """What happened to a CER, oldest first. Raises NotFound."""
    found = await stores.cers.get(cer_id)
    await stores.dossiers.get(found.dossier_id, judged=partial(check, agent, "read-history"))
    return await stores.cers.history(cer_id)
