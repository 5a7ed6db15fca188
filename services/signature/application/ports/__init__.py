"""What the use cases ask of the outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from services.signature.domain.evidence import PageLook, PageShown
from services.signature.domain.model import SignatureRequest
from services.signature.domain.values import Step
from services.signature.domain.yousign.evidence import Checked
from services.signature.domain.yousign.remote import Remote, RemoteDocument, RemoteRequest, RemoteSigner
from services.signature.domain.yousign.signer import Place, Signer
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
        """Open requests of our own whose time has passed, locked; those that another transaction holds are left."""
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

    async def signed(self, content: dict[str, Any]) -> bytes:
        """An evidence that is of no PDF, or an addendum, as signed JSON, verified.

        Raises SealingFailedError, AuthorityAwayError.
        """
        ...


class ProviderAwayError(Exception):
    """The signing provider does not answer, or asks to be left alone: what was asked may have been done or not."""

    def __init__(self, retry_after: timedelta | None = None) -> None:
        super().__init__("away")
        self.retry_after = retry_after


class ProviderRefusedError(Exception):
    """The signing provider says no, by this HTTP status; `lasting` when it refuses us and not what was asked."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status

    @property
    def lasting(self) -> bool:
        """Its key, its plan or its rights are wrong: somebody has to mend that."""
        return self.status in {401, 402, 403}


class ProviderLostError(ProviderRefusedError):
    """The signing provider knows no such thing."""

    def __init__(self) -> None:
        super().__init__(404)


class SigningProvider(Protocol):
    """Who has people sign for us. Each of its methods raises ProviderAwayError and ProviderRefusedError."""

    async def find(self, reference: str) -> list[RemoteRequest]:
        """The requests that were made under this reference of ours."""
        ...

    async def create(self, reference: str, name: str, last_day: date) -> RemoteRequest:
        """Makes a draft, of which nobody is told; it can be signed until the end of that day in Paris."""
        ...

    async def read(self, remote_id: str) -> RemoteRequest:
        """Where a request stands. Raises ProviderLostError."""
        ...

    async def upload(self, remote_id: str, pdf: bytes, name: str) -> RemoteDocument:
        """Adds the document to sign."""
        ...

    async def documents(self, remote_id: str) -> list[RemoteDocument]:
        """The documents of a request."""
        ...

    async def remove_document(self, remote_id: str, document_id: str) -> None:
        """Takes a document out of a draft; no error when it is not there."""
        ...

    async def add_signer(self, remote_id: str, signer: Signer, document_id: str, place: Place) -> str:
        """Adds who signs, with a code by SMS, and where the signature is shown; gives the signer's id."""
        ...

    async def remove_signer(self, remote_id: str, signer_id: str) -> None:
        """Takes a signer out of a draft; no error when it is not there."""
        ...

    async def activate(self, remote_id: str) -> None:
        """From now on it can be signed."""
        ...

    async def signer(self, remote_id: str, signer_id: str) -> RemoteSigner:
        """When they signed, or where they can."""
        ...

    async def cancel(self, remote_id: str) -> None:
        """From now on it cannot be signed. Refused once it was."""
        ...

    async def delete(self, remote_id: str, *, permanently: bool) -> None:
        """Removes a request that is not under way; no error when it is not there."""
        ...

    async def signed_file(self, remote_id: str, document_id: str) -> bytes:
        """The signed PDF, or what there is of it. Raises SignedFileError for more bytes than any has."""
        ...

    async def audit_trail(self, remote_id: str, signer_id: str) -> bytes:
        """The provider's record of the signing, a PDF. Raises SignedFileError."""
        ...


class Remotes(Protocol):
    """What is kept of requests' counterparts at the provider."""

    async def get(self, request_id: UUID) -> Remote:
        """What is known; empty where nothing is."""
        ...

    async def keep(self, found: Remote) -> Remote:
        """Keeps what was not known before, and gives what is known by now: the first to say a thing is right."""
        ...

    async def request_of(self, remote_id: str) -> UUID | None:
        """Whose counterpart it is."""
        ...


RemotesOf = Callable[[UnitOfWork], Remotes]


class SignedFileError(Exception):
    """The file that came back is not the signed document: cut short, badly signed, or another one."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SignedFiles(Protocol):
    """Looks at files that are signed elsewhere, or to be."""

    async def place(self, pdf: bytes) -> Place:
        """Where the signature goes. Raises SignedFileError for a PDF that cannot be read."""
        ...

    async def check(self, signed: bytes, shown: bytes, pages: int) -> Checked:
        """Whether it is what was shown, validly signed under a certificate that is trusted. Raises SignedFileError."""
        ...
