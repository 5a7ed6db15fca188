"""What is kept for all, as it stands: for a service that starts with nothing."""

from services.contracts.application.ports import Stores
from services.contracts.domain.reference.texts import Family
from services.contracts.domain.reference.told import list_changed, territory_changed, text_changed
from shared.events.envelope import Event


async def told_now(stores: Stores) -> list[Event]:
    """An event for each list, each version of each text and each territory, as the last change told them."""
    books = stores.reference
    texts = [*await books.texts(Family.LEGAL), *await books.texts(Family.PROMPT)]
    return [
        *(list_changed(one) for one in await books.lists()),
        *(text_changed(text, wording) for text in texts for wording in text.wordings),
        *(territory_changed(one) for one in await books.territories()),
    ]
