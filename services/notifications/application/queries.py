"""What became of messages, as agents see it. Addresses are masked, and the admin sees none."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.notifications.application.ports import Composer, Filter, MessageRow, Reading, Stores
from services.notifications.domain.batch import Batch
from services.notifications.domain.catalog import Channel, title_of
from services.notifications.domain.occasion import NOBODY
from services.notifications.domain.rights import check, check_territory
from services.notifications.domain.rules import NotWritten
from shared.audit.witness import shown
from shared.events.blocks import AgentCard, Identity
from shared.events.sealed import Sealed
from shared.security.principal import Principal
from shared.security.sealing import KeyRing


class MessageLine(BaseModel):
    """A message: `code` says why it failed or is unknown; `sending` counts its sendings."""

    id: UUID
    title: str
    template: str
    template_version: str | None = Field(description="Of the words that left; none before, and for letters")
    channel: str
    audience: str
    recipient: str | None
    cer_id: UUID | None = Field(description="None of a message about a session")
    dossier_id: UUID | None
    session_id: UUID | None
    status: str
    status_at: datetime
    created_at: datetime
    code: str
    sending: int
    version: int
    provider: str = Field(description="Who took it; empty before")
    receipt: str | None = Field(description="What they gave as a proof, without personal data")
    delivery: str | None = Field(description="What the provider said since: `delivered`, `failed`…")
    delivery_at: datetime | None
    document: str | None = Field(description="sha256 of the document that went with it")
    downloaded_at: datetime | None = Field(description="When the person first downloaded what its link hands over")
    digest_id: UUID | None
    print_batch_id: UUID | None


class MessageList(BaseModel):
    """A page, newest first; `next` is the cursor of the following one."""

    messages: list[MessageLine]
    next: UUID | None


class MessageContent(BaseModel):
    """What a message said. Of a digest, only what it said of this CER."""

    id: UUID
    channel: str
    template_version: str
    subject: str
    text: str
    html: str
    sms: str


class BatchLine(BaseModel):
    """A print batch."""

    id: UUID
    territory: str | None
    status: str
    version: int
    made_by: str
    made_at: datetime
    printed_by: str | None
    printed_at: datetime | None
    posted_by: str | None
    posted_at: datetime | None

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """As agents read it."""
        return cls(**vars(batch) | {"status": batch.status.value})


class BatchList(BaseModel):
    """A page, newest first; `next` is the cursor of the following one."""

    batches: list[BatchLine]
    next: UUID | None


class BatchLetter(BaseModel):
    """A letter in its place; `edition_id` is what documents knows it by."""

    place: int
    message_id: UUID
    edition_id: str
    name: str
    status: str


class BatchDetail(BatchLine):
    """A print batch with its letters."""

    letters: list[BatchLetter]


async def messages(
    reading: Reading, keys: KeyRing, wanted: Filter, before: UUID | None, limit: int, *, recipients: bool
) -> MessageList:
    """A page of messages; `recipients` says whether this agent may see (masked) addresses."""
    rows = await reading.page(wanted, before, limit + 1)
    page = rows[:limit]
    shown(*page)
    lines = [_line(row, keys if recipients else None) for row in page]
    return MessageList(messages=lines, next=page[-1].id if len(rows) > limit else None)


async def content(
    stores: Stores, keys: KeyRing, composer: Composer, message_id: UUID, agent: Principal
) -> MessageContent:
    """The words that left. Raises NotFound, Forbidden, NotWritten."""
    message = await stores.messages.get(message_id)
    check(agent, "read-message", message.territory, message.referent_id)
    version = message.proof.template_version
    kept = await stores.versions.content(version) if version else None
    if version is None or kept is None:
        raise NotWritten(
            "Ce message n'est pas parti, ou c'est un courrier : un courrier se lit dans le document qui l'accompagne."
        )
    referent = keys.open(AgentCard, message.referent) if message.referent else NOBODY
    person = keys.open(Identity, message.identity) if message.identity else None
    words = composer.again(kept, message, referent, person)
    return MessageContent(
        id=message.id,
        channel=message.channel.value,
        template_version=version,
        subject=words.subject,
        text=words.text,
        html=words.html,
        sms=words.sms or "",
    )


async def batches(reading: Reading, seen_by: Principal | None, before: UUID | None, limit: int) -> BatchList:
    """A page of print batches."""
    rows = await reading.batches(seen_by, before, limit + 1)
    lines = [BatchLine.of(row) for row in rows[:limit]]
    return BatchList(batches=lines, next=lines[-1].id if len(rows) > limit else None)


async def batch(reading: Reading, keys: KeyRing, batch_id: UUID, agent: Principal) -> BatchDetail:
    """A batch with the names on its envelopes. Raises NotFound, Forbidden."""
    found = await reading.batch(batch_id)
    check_territory(agent, "read-print-batches", found.territory)
    letters = [
        BatchLetter(
            place=row.place,
            message_id=row.id,
            edition_id=str(row.facts.get("edition_id", "")),
            name=_name(row.identity, keys),
            status=row.status,
        )
        for row in await reading.letters(batch_id)
    ]
    return BatchDetail(**BatchLine.of(found).model_dump(), letters=letters)


def masked(address: str | None) -> str | None:
    """`j…@example.org`, `06 … 01`: enough to recognise an address, too little to write to it."""
    if not address:
        return None
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"{address[:4]}…{address[-2:]}"


def _line(row: MessageRow, keys: KeyRing | None) -> MessageLine:
    kept = {name: value for name, value in vars(row).items() if name in MessageLine.model_fields}
    return MessageLine(
        **kept,
        title=title_of(row.template),
        recipient=masked(_address(row, keys)) if keys else None,
        document=row.attachment["file"]["sha256"] if row.attachment else None,
        print_batch_id=row.batch_id,
    )


def _address(row: MessageRow, keys: KeyRing) -> str | None:
    """None for the service, whose mailbox is nobody's, and for letters: the town would be too much."""
    if row.channel == Channel.LETTER or row.audience == "service_insertion":
        return None
    if row.identity is None:
        return keys.open_token(AgentCard, row.referent).mail if row.referent else None
    person = keys.open_token(Identity, row.identity)
    return person.telephone if row.channel == Channel.SMS else person.mail


def _name(identity: str, keys: KeyRing) -> str:
    person = keys.open(Identity, Sealed(token=identity))
    return f"{person.nom_usage or person.nom_naissance} {person.prenom}"
