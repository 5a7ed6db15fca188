"""What proposals follow from."""

from datetime import datetime

from services.validation.application.ports import Lists
from services.validation.application.ports.routing import RuleBooks
from services.validation.domain.lists import ListName
from services.validation.domain.routing.proposal import Advice
from shared.kernel.clock import legal_date


async def advice(books: RuleBooks, lists: Lists, at: datetime) -> Advice:
    """The rules, kinds and requests of this instant's legal date."""
    kinds, requests = await lists.get(ListName.COMMISSION_KINDS), await lists.get(ListName.REQUESTS)
    return Advice(await books.current(), kinds, requests, legal_date(at))
