"""PNG without what does not show: chunks are copied as they are or left out, so no point of the image changes.

Left out: texts, EXIF, dates, colour profiles, and all that follows the end of the image. Source: W3C PNG, third
edition.
"""

import struct

from services.contracts.adapters.files.jpeg import Stripped
from services.contracts.domain.files.rules import refusal

MAGIC = b"\x89PNG\r\n\x1a\n"

_SHOWN = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"})
_ANIMATED = b"acTL"
_FRAME = 12  # length, type, checksum


def strip(data: bytes) -> Stripped:
    """The image alone. Raises FileUnreadable, FileAnimated."""
    kept = bytearray(MAGIC)
    exif = b""
    place = len(MAGIC)
    size: tuple[int, int] | None = None
    kind = b""
    while kind != b"IEND":
        length = int.from_bytes(data[place : place + 4], "big")
        kind = data[place + 4 : place + 8]
        end = place + length + _FRAME
        if len(kind) < 4 or end > len(data) or (size is None) != (kind == b"IHDR"):
            raise refusal("file-unreadable")
        payload = data[place + 8 : end - 4]
        if kind == b"IHDR":
            size = _size(payload)
        if kind == _ANIMATED:
            raise refusal("file-animated")
        if kind == b"eXIf":
            exif = payload
        if kind in _SHOWN:
            kept += data[place:end]
        place = end
    if size is None:
        raise refusal("file-unreadable")
    return Stripped(bytes(kept), *size, exif)


def _size(payload: bytes) -> tuple[int, int]:
    if len(payload) != 13:
        raise refusal("file-unreadable")
    width, height = struct.unpack(">II", payload[:8])
    return width, height
