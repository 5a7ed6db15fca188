"""Print batches, for who ordered them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.documents.application.ports import Batches, BatchPlace, BatchRow, EditionRow, Editions
from services.documents.application.queries.editions import EditionFile
from services.documents.domain.printing import Batch, BatchNotReady, BatchOfAnother, BatchState, done
from services.documents.domain.rights import check
from shared.security.principal import Principal


class LostView(BaseModel):
    """An edition that is not in the PDF, and why."""

    edition_id: UUID
    code: str


class BatchView(BaseModel):
    """How far a print batch is: `done` of `editions` are put together. `lost` are listed, the others are printed."""

    id: UUID
    title: str
    recto_verso: bool
    made_at: datetime
    state: str
    editions: int
    done: int
    pages: int | None
    size: int | None
    lost: list[LostView]

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """What its agent is shown."""
        return cls(
            id=batch.id,
            title=batch.title,
            recto_verso=batch.recto_verso,
            made_at=batch.made_at,
            state=batch.state.value,
            editions=len(batch.items),
            done=batch.done,
            pages=batch.pages,
            size=batch.document.size if batch.document else None,
            lost=[LostView(edition_id=item.edition_id, code=item.failure or "") for item in batch.lost],
        )


class BatchLine(BaseModel):
    """A print batch in a list: `lost` editions are not in its PDF."""

    id: UUID
    title: str
    recto_verso: bool
    made_at: datetime
    state: str
    editions: int
    done: int
    lost: int
    pages: int | None
    size: int | None

    @classmethod
    def of(cls, row: BatchRow) -> Self:
        """What its agent is shown."""
        shown = {name: getattr(row, name) for name in cls.model_fields if name != "done"}
        return cls(**shown, done=done(BatchState(row.state), row.editions, row.parts_done, row.parts))


async def batches_of(
    batches: Batches, agent: Principal, states: Collection[BatchState], before: BatchPlace | None, limit: int
) -> list[BatchLine]:
    """The print batches that this agent ordered: another's hold editions that they may not read."""
    return [BatchLine.of(row) for row in await batches.page(agent.subject, states, before, limit)]


async def batch_of(batches: Batches, agent: Principal, batch_id: UUID) -> Batch:
    """A batch of this agent's. Raises NotFound, BatchOfAnother."""
    batch = await batches.get(batch_id)
    if batch.agent != agent.subject:
        raise BatchOfAnother("Cette impression a été préparée par un autre agent : préparez la vôtre.")
    return batch


async def batch_file(batches: Batches, editions: Editions, agent: Principal, batch_id: UUID) -> EditionFile:
    """The PDF, if the agent may still read all that is in it.

    Raises NotFound, BatchOfAnother, Forbidden, BatchNotReady.
    """
    batch = await batch_of(batches, agent, batch_id)
    if batch.document is None:
        raise BatchNotReady(
            "Cette impression n'a pas pu être préparée : recommencez avec d'autres éditions."
            if batch.state is BatchState.ECHOUE
            else f"{batch.done} édition(s) sur {len(batch.items)} sont assemblées : réessayez dans un instant."
        )
    check_all(agent, "read-print-batch-content", await editions.some([item.edition_id for item in batch.items]))
    return EditionFile(batch.document, f"{batch.title}.pdf")


def check_all(agent: Principal, operation: str, rows: Iterable[EditionRow]) -> None:
    """Raises NotFound or Forbidden unless the agent may do this with each of them."""
    for row in rows:
        check(agent, operation, row.territory, row.referent_id)
