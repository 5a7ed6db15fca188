"""Delivery receipts, brought by the provider or asked for: they say that an SMS arrived, and change no code's worth."""

from datetime import timedelta

from services.signature.application.commands.means import Means
from shared.sms.outcome import Receipt
from shared.sms.receipts import counted

# Providers drop an SMS that waits longer, and few final receipts come later.
ASKED_FOR = timedelta(hours=1)
ASKED_AT_ONCE = 20


async def keep(means: Means, receipt: Receipt) -> bool:
    """Keeps a receipt; False when it is of no SMS of ours."""
    async with means.database.begin() as uow:
        known = await means.deliveries_of(uow).keep(receipt, means.clock.now())
    return counted(receipt, known=known)


async def ask(means: Means) -> int:
    """Asks the providers for the receipts that are awaited; how many said something."""
    async with means.database.begin() as uow:
        awaited = await means.deliveries_of(uow).awaited(means.clock.now() - ASKED_FOR, ASKED_AT_ONCE)
    said = 0
    for one in awaited:
        receipt = await means.sms.receipt(one.provider, one.receipt)
        if receipt is not None:
            said += await keep(means, receipt)
    return said
