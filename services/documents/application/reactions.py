"""What documents does when contracts tells something: it orders the edition, which a worker makes, or keeps a
text or a territory.

A cancelled or reopened attempt needs nothing here: its edition is made, and the one who waited for it waits no more.
"""

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.application.ports import Blanks, LegalTexts
from services.documents.application.ports.sessions import CommissionFiles
from services.documents.domain.blank import Territory
from services.documents.domain.edition import Order
from services.documents.domain.session_papers import CommissionFile, PaperOrder
from services.documents.domain.texts import Wording
from shared.database.unit_of_work import UnitOfWork
from shared.events.contracts import CerDecisionEvent, CerReadyToSign, CerSubmitted
from shared.events.reference import TerritoryChanged, TextChanged
from shared.events.sessions import (
    CommissionFileEvent,
    FileClosedToCommission,
    FileOpenedToCommission,
    SessionEvent,
)
from shared.messaging import work
from shared.messaging.endings import Ending, Stale

# An agent waits for the edition to sign; for those of a submission or a decision, and for letters, nobody does.
KIND, LATER = "render", "render-later"
# The papers of a session have their own content, and wait for what is told of its files.
PAPERS = "render-session"


async def cer_ready_to_sign(event: CerReadyToSign, uow: UnitOfWork) -> Ending | None:
    """Orders the CER sans décision of this signature attempt."""
    return await _order([Order.to_sign(event)], uow, KIND)


async def cer_submitted(event: CerSubmitted, uow: UnitOfWork) -> Ending | None:
    """Orders the CER sans décision of a CER whose accord was taken by the check-box; one signed by SMS has its own."""
    order = Order.submitted(event)
    return await _order([order], uow, LATER) if order else None


async def cer_decided(event: CerDecisionEvent, uow: UnitOfWork) -> Ending | None:
    """Orders the edition that shows the decision, and the letter that notifies it."""
    return await _order([Order.decided(event), Order.notified(event)], uow, LATER)


async def file_told(
    event: CommissionFileEvent, uow: UnitOfWork, files_of: Callable[[AsyncSession], CommissionFiles]
) -> Ending | None:
    """Keeps who reads a CER before a session, and what its papers show of it; the highest version holds."""
    closed = event if isinstance(event, FileClosedToCommission) else None
    names = (
        "session_id", "cer_id", "dossier_id", "members", "until", "numero", "nature", "requests", "identity",
        "referent",
    )  # fmt: skip
    told = CommissionFile(
        id=event.file_id,
        version=event.aggregate_version,
        open=isinstance(event, FileOpenedToCommission),
        opinion=closed.opinion if closed else None,
        votes=closed.votes if closed else None,
        words=closed.words if closed else None,
        **{name: getattr(event, name) for name in names},
    )
    return None if await files_of(uow.session).keep(told) else Stale("older-than-known")


async def session_told(event: SessionEvent, uow: UnitOfWork) -> Ending | None:
    """Orders the agenda of a session that was convened or changed, the minutes of one that was closed."""
    order = PaperOrder.of(event)
    fresh = await work.enqueue(uow.session, PAPERS, order.edition_id, order.model_dump(mode="json"))
    return None if fresh else Stale("ordered-already")


async def text_changed(
    event: TextChanged, uow: UnitOfWork, texts_of: Callable[[AsyncSession], LegalTexts]
) -> Ending | None:
    """Keeps a version of a legal text, for the editions of the CERs that show it."""
    if event.family != "legal":
        return Stale("not-legal")
    wording = Wording(event.aggregate_version, event.effect, event.paragraphs)
    return None if await texts_of(uow.session).add(event.text_id, wording) else Stale("known-already")


async def territory_changed(
    event: TerritoryChanged, uow: UnitOfWork, blanks_of: Callable[[AsyncSession], Blanks]
) -> Ending | None:
    """Keeps a territory: its file of CERs vierges is made, and made anew under another name."""
    told = Territory(event.territory, event.label, event.active, event.aggregate_version)
    return None if await blanks_of(uow.session).know(told) else Stale("known-already")


async def _order(orders: Sequence[Order], uow: UnitOfWork, kind: str) -> Ending | None:
    """The rows keep the sealed tokens as they came: no personal data in clear, no key needed here."""
    fresh = [await work.enqueue(uow.session, kind, order.edition_id, order.model_dump(mode="json")) for order in orders]
    return None if any(fresh) else Stale("ordered-already")
