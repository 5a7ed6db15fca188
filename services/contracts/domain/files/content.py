"""What an examination of the bytes finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Examined:
    """What is kept of a file, and its type, told by its content; the serial of a CER vierge, where one was read."""

    content_type: str
    content: bytes
    serial: str | None = None
