"""Print batches as an agent asks for them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.documents.application.commands.printing import order
from services.documents.application.ports import Batches, Editions
from services.documents.application.queries.batches import check_all
from services.documents.domain.cleaning import clean
from services.documents.domain.printing import Batch, BatchState, Item, check_editions
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.errors import FieldProblem, Invalid
from shared.kernel.ids import new_id
from shared.security.principal import Principal


class BatchIn(BaseModel):
    """The editions to print, in any order."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="Courriers", max_length=120, examples=["Courriers du 2 mars"])
    recto_verso: bool = Field(default=False, description="Each edition begins on a sheet of its own")
    edition_ids: list[UUID] = Field(examples=[["0195b000-0000-7000-8000-000000000001"]])

    @field_validator("title")
    @classmethod
    def _one_line(cls, title: str) -> str:
        shown = " ".join(clean(title).split())
        if not shown:
            raise ValueError("a title is not empty")
        return shown


async def prepare(
    uow: UnitOfWork, editions: Editions, batches: Batches, agent: Principal, *, asked: BatchIn, now: datetime
) -> Batch:
    """Orders a batch of editions that the agent may read. Raises Invalid, NotFound, Forbidden."""
    check_editions(asked.edition_ids)
    rows = {row.id: row for row in await editions.some(asked.edition_ids)}
    if unknown := sum(edition_id not in rows for edition_id in asked.edition_ids):
        message = f"{unknown} édition(s) de cette liste n'existent pas."
        raise Invalid("Cette impression ne peut pas être préparée.", [FieldProblem("edition_ids", "unknown", message)])
    check_all(agent, "prepare-print-batch", rows.values())
    items = tuple(Item(edition_id) for edition_id in asked.edition_ids)
    batch = Batch(new_id(), agent.subject, asked.title, asked.recto_verso, now, BatchState.EN_COURS, items)
    await batches.add(batch, {row.id: row.dossier_id for row in rows.values()})
    await order(uow.session, batch.id, "plan")
    return batch
