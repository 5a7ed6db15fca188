"""What a service does when contracts tells that a person was erased: the same everywhere, with its own list."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.erasure.files import FileEraser, Order, order_files, ordered
from shared.erasure.holdings import Files, Holdings, Person
from shared.erasure.rows import forget, total
from shared.events.contracts import DossierErased
from shared.events.erasing import ErasureAnswer
from shared.events.topics import DOSSIERS
from shared.messaging import work
from shared.messaging.consumer import Consumer
from shared.messaging.reactions import Reaction, on
from shared.messaging.worker import Worker
from shared.objects.store import Objects


@dataclass(frozen=True)
class Forgetting:
    """One service's part in an erasure: what it holds, and the event by which it answers."""

    holdings: Holdings
    answer: type[ErasureAnswer]

    async def dossier_erased(self, event: DossierErased, uow: UnitOfWork) -> None:
        """Deletes rows and pending payloads at once, files by a work row; answers when all is gone.

        Told again (a republish, a restored backup), it erases again and answers again.
        """
        person = Person(event.dossier_id, event.cer_ids)
        files = await self.holdings.files(uow.session, person)
        elsewhere = await self.holdings.elsewhere(uow.session, person)
        gone = await forget(uow.session, person, self.holdings, event.erased_at)
        for one in elsewhere:
            await work.enqueue(uow.session, one.kind, one.work_id, dict(one.payload))
        order = Order(
            dossier_id=event.dossier_id, number=event.number, version=event.aggregate_version, rows=total(gone)
        )
        if files != Files():
            await order_files(uow.session, ordered(order, files))
        else:
            await self.told(uow, order, 0)

    async def told(self, uow: UnitOfWork, order: Order, files: int) -> None:
        """Answers contracts."""
        uow.emit(
            self.answer(
                aggregate_version=order.version,
                dossier_id=order.dossier_id,
                number=order.number,
                rows=order.rows,
                files=files,
            )
        )

    def consumer(self, service: str, database: Database, besides: Sequence[Reaction] = ()) -> Consumer:
        """The consumer of dossiers' events: erasures, and what else of them is this service's business."""
        erasing = on(DossierErased, self.dossier_erased, even_erased=True)
        return Consumer(f"{service}.dossier", [DOSSIERS], [erasing, *besides], database)

    def worker(self, database: Database, objects: Objects) -> Worker:
        """The worker that deletes files."""
        return FileEraser(objects, self.told).worker(database)
