"""Taking a study in charge, and releasing it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.validation.application.ports import StudiesOf
from services.validation.application.ports.charges import ChargesOf
from services.validation.domain.charge import Charge, may_release, may_take
from services.validation.domain.model import Study
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard
from shared.events.sealed import seal


@dataclass(frozen=True)
class ChargeOrder:
    """Which study, by whom, when."""

    study_id: UUID
    by: AgentCard
    at: datetime


async def take(
    uow: UnitOfWork, studies_of: StudiesOf, charges_of: ChargesOf, order: ChargeOrder
) -> tuple[Study, Charge]:
    """Takes the study in charge; who has it already keeps it from when they took it.

    Raises NotFound, AlreadyDecided, StudyInCharge.
    """
    study = await studies_of(uow).get(order.study_id)
    charges = charges_of(uow)
    held = await charges.held(study.id)
    if not may_take(held, study.state, order.by.agent_id) and held is not None:
        return study, held
    charge = Charge(study.id, order.by.agent_id, seal(order.by), order.at)
    await charges.begin(charge)
    return study, charge


async def release(
    uow: UnitOfWork, studies_of: StudiesOf, charges_of: ChargesOf, order: ChargeOrder, *, heads_service: bool
) -> Study:
    """Leaves the study to whoever takes it next. Raises NotFound, StudyNotInCharge, ChargeOfAnother."""
    study = await studies_of(uow).get(order.study_id)
    charges = charges_of(uow)
    held = may_release(await charges.held(study.id), order.by.agent_id, heads_service=heads_service)
    await charges.end(held, order.by.agent_id, order.at)
    return study
