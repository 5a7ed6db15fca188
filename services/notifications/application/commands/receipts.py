"""Delivery receipts of SMS, brought by the provider or asked for: the proof stands on the message, in any order."""

from dataclasses import dataclass

from services.notifications.application.commands.ledger import Ledger
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.sms.outcome import Receipt
from shared.sms.receipts import counted


@dataclass(frozen=True)
class Receipts:
    """What keeps them."""

    ledger: Ledger

    async def brought(self, database: Database, receipt: Receipt) -> bool:
        """Keeps a receipt in a transaction of its own; False when it is of no SMS that is known to have left."""
        async with database.begin() as uow:
            return await self.keep(uow, receipt)

    async def keep(self, uow: UnitOfWork, receipt: Receipt) -> bool:
        """Keeps a receipt; False when it is of no SMS that is known to have left, of a message or of a remise's code.

        Only a number that nobody has is told to contracts: a phone that was off is no wrong number.
        """
        stores, now = self.ledger.stores_of(uow), self.ledger.clock.now()
        messages = stores.messages
        message = await messages.of_receipt(receipt)
        if message is None:
            return counted(receipt, known=await stores.remises.note_receipt(receipt))
        if not message.is_of(receipt):
            return counted(receipt, known=False)
        told = message.receipted(receipt, now)
        if told is not None:
            await messages.save(message)
            uow.emit(*told, *(self.ledger.unreachable(message, "sms-number") if receipt.unreachable else ()))
        return counted(receipt, known=True)
