"""A service answered that nothing of an erased person is left with it."""

from prometheus_client import Gauge

from services.contracts.application.ports import StoresOf
from services.contracts.application.reactions.hearing import Means
from services.contracts.domain.erasures.model import Answer
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.erasure.files import FileEraser, Order
from shared.events.erasing import ErasureAnswer
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound
from shared.messaging.endings import Ending
from shared.objects.store import Objects

UNANSWERED = Gauge("cer_erasures_unanswered_seconds", "Age of the oldest erasure that a service has not answered")


async def answered(event: ErasureAnswer, uow: UnitOfWork, means: Means) -> Ending | None:
    """Records who answered. Raises NotFound when the ledger has no such number: it was restored from a backup."""
    answer = Answer(means.clock.now(), event.aggregate_version, event.rows, event.files)
    stores = means.stores_of(uow.session)
    if not await stores.erasures.answered(event.number, event.topic.producer, answer):
        raise NotFound(f"Le registre n'a pas d'effacement n° {event.number} : il a été restauré d'une sauvegarde.")
    return None


def file_eraser(objects: Objects, stores_of: StoresOf, clock: Clock) -> FileEraser:
    """Deletes contracts' own files; contracts then stands in the ledger as having answered, like the others."""

    async def answer(uow: UnitOfWork, order: Order, files: int) -> None:
        done = Answer(clock.now(), order.version, order.rows, files)
        await stores_of(uow.session).erasures.answered(order.number, "contracts", done)

    return FileEraser(objects, answer)


async def watch_unanswered(database: Database, stores_of: StoresOf, clock: Clock) -> None:
    """Tells Prometheus the age of the oldest erasure that a service has not answered."""
    async with database.read() as session:
        oldest = await stores_of(session).erasures.oldest_unanswered()
    UNANSWERED.set((clock.now() - oldest).total_seconds() if oldest is not None else 0)
