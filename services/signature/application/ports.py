"""What the use cases ask of the outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from services.signature.domain.evidence import PageLook, PageShown
from services.signature.domain.model import SignatureRequest
from services.signature.domain.values import Step
from shared.database.unit_of_work import UnitOfWork
from shared.sms.outcome import Receipt


class Requests(Protocol):
    """The signature requests of one transaction; those loaded to be changed are locked until its end."""

    async def get(self, request_id: UUID) -> SignatureRequest:
        """The request, locked. Raises NotFound."""
        ...

    async def read(self, request_id: UUID) -> SignatureRequest:
        """The request, as it is now, without lock. Raises NotFound."""
        ...

    async def read_of_cer(self, cer_id: UUID) -> list[SignatureRequest]:
        """The requests of a CER, newest attempt first, without lock."""
        ...

    async def of_cer(self, cer_id: UUID) -> list[SignatureRequest]:
        """The requests of a CER, newest attempt first, locked."""
        ...

    async def due(self, now: datetime, limit: int) -> list[SignatureRequest]:
        """Open requests whose time has passed, locked; those that another transaction holds are left to it."""
        ...

    async def add(self, request: SignatureRequest) -> None:
        """Stores a request for the first time."""
        ...

    async def save(self, request: SignatureRequest) -> None:
        """Stores what changed since it was loaded. Raises RaceLost."""
        ...

    async def count_try(self, request_id: UUID, taken: Step) -> int | None:
        """Moves the counter of tries and gives its value; none when no try is left. Atomic."""
        ...

    async def of_token(self, hashed: str) -> SignatureRequest:
        """The request, locked, one of whose codes bears this hash of a link or of a session. Raises LinkDead."""
        ...

    async def spent(self, before: datetime, limit: int) -> list[SignatureRequest]:
        """Requests without a try left whose last one, made before this instant, was never judged; locked."""
        ...

    async def record_page(self, request_id: UUID, look: PageLook) -> None:
        """Keeps that the page was served to the agent, and for how long the one before it was shown to them."""
        ...

    async def pages_shown(self, request_id: UUID) -> list[PageShown]:
        """Pages served, in order, to all agents."""
        ...

    async def history(self, request_id: UUID) -> list[Step]:
        """What happened to the request, oldest first."""
        ...


class Quotas(Protocol):
    """Counts by day, for all requests together."""

    async def use(self, scope: str, key: str, day: date, limit: int, units: int = 1) -> bool:
        """Takes `units` of the day's `limit`; False, and none taken, when fewer are left. Atomic."""
        ...


@dataclass(frozen=True)
class Awaited:
    """An SMS whose receipt is not there yet: who has it, and under which id."""

    provider: str
    receipt: str


class Deliveries(Protocol):
    """The delivery receipts of SMS."""

    async def keep(self, receipt: Receipt, at: datetime) -> bool:
        """Keeps what it says, for the evidence too; False when it is of no SMS of ours. Again, it changes nothing."""
        ...

    async def awaited(self, since: datetime, limit: int) -> list[Awaited]:
        """SMS that left after `since` and whose last receipt is not final, newest first."""
        ...


RequestsOf = Callable[[UnitOfWork], Requests]
QuotasOf = Callable[[UnitOfWork], Quotas]
DeliveriesOf = Callable[[UnitOfWork], Deliveries]


class PageImages(Protocol):
    """Makes images of a PDF's pages."""

    async def png(self, pdf: bytes, page: int) -> bytes:
        """The page, counted from 1, as a PNG image."""
        ...

    async def text(self, pdf: bytes, page: int) -> str:
        """What the page says, for those who do not see the image."""
        ...


class SealingFailedError(Exception):
    """The sealed PDF does not pass verification: the seal and its root do not belong together, or the PDF is odd."""


class AuthorityAwayError(Exception):
    """The timestamping authority, or who says that certificates are good, does not answer or does not vouch."""


class Seal(Protocol):
    """The Département's electronic seal."""

    async def seal(self, pdf: bytes, reference: str, block: tuple[str, ...]) -> bytes:
        """The sealed PDF, verified, with the lines of the signature block in its box.

        Raises SealingFailedError, AuthorityAwayError.
        """
        ...

    async def dossier(self, content: dict[str, Any]) -> bytes:
        """The evidence as a sealed PDF that people read and that carries it as signed JSON, all verified.

        Raises SealingFailedError, AuthorityAwayError.
        """
        ...
