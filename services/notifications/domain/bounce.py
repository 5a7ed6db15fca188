"""A mail that came back: what a delivery status notification (RFC 3464) says, and of which of our mails."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message as Part
from email.parser import BytesParser
from email.policy import default
from typing import Self
from uuid import UUID

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
_PERMANENT = re.compile(r"\b(5\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True)
class Bounce:
    """`code` is `bounce-` and the enhanced status (RFC 3463)."""

    message_id: UUID
    code: str

    @classmethod
    def read(cls, mail: bytes) -> Self | None:
        """None for what tells of no permanent failure, or of no mail of ours: a delay, an absence, anything else."""
        try:
            parts = list(BytesParser(policy=default).parsebytes(mail).walk())
            status, of = _failure(parts), _original(parts)
        except (ValueError, LookupError, TypeError, AttributeError):
            # The standard library's parser is not safe from every made-up header.
            return None
        return cls(UUID(of), f"bounce-{status}") if status and of else None


def _failure(parts: Sequence[Part]) -> str | None:
    """The status of the recipient who is not reached for good (§2.3.3, §2.3.4)."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            for fields in _sections(part):
                found = _PERMANENT.search(str(fields.get("Status", "")))
                if str(fields.get("Action", "")).strip().lower() == "failed" and found:
                    return found[1]
    return None


def _sections(part: Part) -> Iterator[Part]:
    sections = part.get_payload()
    return (one for one in sections if isinstance(one, Part)) if isinstance(sections, list) else iter(())


def _original(parts: Sequence[Part]) -> str | None:
    """Our Message-ID, in the mail or in the headers that were given back (§2)."""
    for part in parts[1:]:
        said = str(part.get("Message-ID", ""))
        if part.get_content_type() == "text/rfc822-headers":
            said = str(part.get_payload())
        if found := _OURS.search(said):
            return found[1]
    return None
