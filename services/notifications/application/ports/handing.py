"""What the remise of signed CERs asks of the store."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.notifications.domain.model import Message
from services.notifications.domain.plan import Attachment
from services.notifications.domain.remise.model import Remise, RemiseCode
from shared.events.files import FileRef
from shared.sms.outcome import Receipt, SmsOutcome


class Remises(Protocol):
    """The remises; a loaded one is locked until the end of the transaction."""

    async def add(self, message: Message, document: Attachment, link_hash: str, expires_at: datetime) -> None:
        """Stores a new one, of this message."""
        ...

    async def of_link(self, link_hash: str) -> Remise:
        """That of a link. Raises RemiseUnknown."""
        ...

    async def of_session(self, session_hash: str) -> Remise:
        """That of which a session was opened. Raises SessionOver."""
        ...

    async def count_try(self, remise_id: UUID) -> int | None:
        """Counts a try, and says which it is; none when there is none left."""
        ...

    async def add_code(self, remise_id: UUID, code: RemiseCode) -> None:
        """Stores a code, of unknown fate."""
        ...

    async def note_sms(self, code_id: UUID, outcome: SmsOutcome) -> None:
        """What became of its SMS."""
        ...

    async def note_receipt(self, receipt: Receipt) -> bool:
        """What the provider says of a code's SMS since; False when it is of none."""
        ...

    async def open_session(self, remise_id: UUID, code_id: UUID, session_hash: str, until: datetime) -> None:
        """The code was right: it serves no more, and this session may download."""
        ...

    async def note_download(self, remise_id: UUID, at: datetime) -> None:
        """The document was handed over; the first time is kept."""
        ...

    async def end(self, message_id: UUID, because: str) -> None:
        """What this message hands over counts no more; nothing where it hands nothing over."""
        ...

    async def lengthen(self, message_id: UUID, file: FileRef) -> bool:
        """A longer file stands for the one that is handed over; false where none shorter is."""
        ...

    async def renew(self, message_id: UUID, expires_at: datetime) -> None:
        """The mail is sent again: its link serves until then."""
        ...
