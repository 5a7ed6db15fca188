"""What became of messages, as agents see it. Addresses are masked, and the admin sees none."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.notifications.application.ports import Filter, MessageRow, Reading
from services.notifications.domain.plan import TITLES
from shared.events.blocks import AgentCard, Identity
from shared.security.sealing import KeyRing


class MessageLine(BaseModel):
    """A message: `code` says why it failed or is unknown; `sending` counts its sendings."""

    id: UUID
    title: str
    template: str
    channel: str
    audience: str
    recipient: str | None
    cer_id: UUID
    dossier_id: UUID
    status: str
    status_at: datetime
    created_at: datetime
    code: str
    sending: int
    version: int


class MessageList(BaseModel):
    """A page, newest first; `next` is the cursor of the following one."""

    messages: list[MessageLine]
    next: UUID | None


async def messages(
    reading: Reading, keys: KeyRing, wanted: Filter, before: UUID | None, limit: int, *, recipients: bool
) -> MessageList:
    """A page of messages; `recipients` says whether this agent may see (masked) addresses."""
    rows = await reading.page(wanted, before, limit + 1)
    shown = [_line(row, keys if recipients else None) for row in rows[:limit]]
    return MessageList(messages=shown, next=shown[-1].id if len(rows) > limit else None)


def masked(address: str | None) -> str | None:
    """`j…@example.org`: enough to recognise an address, too little to write to it."""
    if not address:
        return None
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _line(row: MessageRow, keys: KeyRing | None) -> MessageLine:
    return MessageLine(
        id=row.id,
        title=TITLES.get(row.template, row.template),
        template=row.template,
        channel="mail",
        audience=row.audience,
        recipient=masked(_address(row, keys)) if keys else None,
        cer_id=row.cer_id,
        dossier_id=row.dossier_id,
        status=row.status,
        status_at=row.status_at,
        created_at=row.created_at,
        code=row.code,
        sending=row.sending,
        version=row.version,
    )


def _address(row: MessageRow, keys: KeyRing) -> str | None:
    if row.identity is not None:
        return keys.open_token(Identity, row.identity).mail
    return keys.open_token(AgentCard, row.referent).mail
