"""Tells members of a commission what becomes of their session, each once, whatever order it is heard in."""

from collections.abc import Mapping, Sequence

from services.notifications.application.commands.making import Making
from services.notifications.domain.catalog import CATALOG
from services.notifications.domain.occasion import Occasion
from services.notifications.domain.plan import Notice
from services.notifications.domain.sitting import Sitting, Word
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import AgentCard
from shared.events.contracts import AgentChanged
from shared.events.sealed import Sealed
from shared.events.sessions import SessionEvent

Cards = Mapping[str, Sealed[AgentCard]]


async def session_heard(uow: UnitOfWork, making: Making, event: SessionEvent) -> bool:
    """Tells the members what is new to them. False when something newer was heard of the session."""
    stores = making.stores_of(uow)
    # Agents before sessions, here and below, so that transactions seldom wait for each other.
    cards = await stores.directory.cards([one.agent_id for one in event.members if one.agent_id is not None])
    sitting = await stores.sittings.of(event.session_id)
    if not sitting.heard(event):
        return False
    words = list(sitting.due(making.clock.now()))
    gone = [word.agent_id for word in words if word.where is None]
    cards |= await stores.directory.cards(gone)
    shown = {one.agent_id: one.card for one in event.members if one.agent_id is not None}
    await _tell(uow, making, sitting, words, (event.ce_type(), event.aggregate_version), cards=cards, shown=shown)
    return True


async def agent_heard(uow: UnitOfWork, making: Making, event: AgentChanged) -> bool:
    """Keeps an agent's card, and tells them of sessions that they could not be told of before. False when it is old."""
    stores = making.stores_of(uow)
    card = event.agent if event.active else None
    if not await stores.directory.keep(event.agent_id, event.aggregate_version, card):
        return False
    if card is None or not making.keys.open(AgentCard, card).mail:
        return True
    for sitting in await stores.sittings.without(event.agent_id):
        words = [word for word in sitting.due(making.clock.now()) if word.agent_id == event.agent_id]
        known = {event.agent_id: card}
        await _tell(uow, making, sitting, words, (event.ce_type(), event.aggregate_version), cards=known, shown=known)
    return True


async def _tell(
    uow: UnitOfWork,
    making: Making,
    sitting: Sitting,
    words: Sequence[Word],
    source: tuple[str, int],
    *,
    cards: Cards,
    shown: Cards,
) -> None:
    """Makes the messages; `shown` names a member whose mail nobody knows: their message is kept as not sent."""
    for word in words:
        card = cards.get(word.agent_id)
        reached = card is not None and bool(making.keys.open(AgentCard, card).mail)
        if sitting.tell(word, reached=reached):
            named = card or shown.get(word.agent_id)
            occasion = Occasion.of_session(source, sitting.session_id, word.agent_id, named)
            notice = Notice(word.template, CATALOG[word.template].audience, word.facts)
            await making.make(uow, occasion, notice)
    await making.stores_of(uow).sittings.save(sitting)
