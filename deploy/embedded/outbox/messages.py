"""Messages received, newest kept in memory, all appended to a file so that a restart shows them again."""

import hashlib
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from pydantic import BaseModel, Field, ValidationError

KEPT = 2_000
"""Messages in memory; older ones stay in the file only."""

Kind = Literal["mail", "sms"]


class Attachment(BaseModel):
    """A file of a mail. Its content lies in `files/<sha256>`."""

    name: str
    media_type: str
    size: int
    sha256: str


class Message(BaseModel):
    """A mail or an SMS as its recipient got it."""

    id: str = Field(default_factory=lambda: uuid4().hex)
    kind: Kind
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    to: list[str]
    text: str
    sender: str = ""
    subject: str = ""
    html: str | None = None
    message_id: str | None = None
    """Message-ID of a mail."""
    reference: str | None = None
    """What the sender of an SMS called it."""
    attachments: list[Attachment] = []


class Messages:
    """The store. One process writes; used from one event loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._journal = folder / "messages.jsonl"
        self._kept: OrderedDict[str, Message] = OrderedDict()
        (folder / "files").mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._load()

    def _load(self) -> None:
        if not self._journal.exists():
            return
        for line in self._journal.read_text().splitlines()[-KEPT:]:
            try:
                message = Message.model_validate_json(line)
            except ValidationError:
                continue  # the last line of a run that was killed while writing it
            self._kept[message.id] = message

    def add(self, message: Message) -> None:
        """Keep a message."""
        with self._journal.open("a") as journal:
            journal.write(message.model_dump_json() + "\n")
        self._kept[message.id] = message
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def attach(self, name: str, media_type: str, content: bytes) -> Attachment:
        """Store a file, named by its fingerprint: what a sender calls it never becomes a path."""
        digest = hashlib.sha256(content).hexdigest()
        (self._folder / "files" / digest).write_bytes(content)
        return Attachment(name=name, media_type=media_type, size=len(content), sha256=digest)

    def file(self, attachment: Attachment) -> Path:
        """Where the content of an attachment lies."""
        return self._folder / "files" / attachment.sha256

    def find(self, identifier: str) -> Message | None:
        """One message."""
        return self._kept.get(identifier)

    def search(self, kind: Kind | Literal[""] = "", to: str = "") -> list[Message]:
        """Newest first; of one kind or of both; `to` is part of an address or number, in any case."""
        wanted = to.strip().casefold()
        return [
            message
            for message in reversed(self._kept.values())
            if kind in ("", message.kind) and any(wanted in address.casefold() for address in message.to)
        ]
