"""JPEG without what does not show: segments are copied as they are or left out, so no point of the image changes.

Left out: EXIF (place, device, date), XMP, IPTC, colour profiles, comments, thumbnails, and all that follows the end of
the image. Source: ITU-T T.81 annex B; JFIF 1.02; Adobe's APP14 stays, since CMYK images are read by it.
"""

import re
import struct
from dataclasses import dataclass

from services.contracts.domain.files.rules import refusal

MAGIC = b"\xff\xd8\xff"

_SOI, _EOI, _SOS, _APP0, _APP1, _APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Quantisation, Huffman and arithmetic tables, restart interval.
_TABLES = frozenset({0xDB, 0xC4, 0xCC, 0xDD})
_JFIF, _ADOBE, _EXIF = b"JFIF\0", b"Adobe", b"Exif\0\0"
_JFIF_LENGTH = 14
# The first marker after a scan's data: neither a stuffed zero, nor a restart, nor a fill byte.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


@dataclass(frozen=True)
class Stripped:
    """An image without its metadata. `exif` is what was taken out of it, to read how it is turned."""

    data: bytes
    width: int
    height: int
    exif: bytes = b""


def strip(data: bytes) -> Stripped:
    """The image alone. Raises FileUnreadable."""
    kept = bytearray(data[:2])
    size: tuple[int, int] | None = None
    exif = b""
    place, scans = 2, 0
    while True:
        marker, place = _marker(data, place)
        if marker == _EOI:
            break
        payload, place = _payload(data, place)
        if marker == _APP1 and payload.startswith(_EXIF):
            exif = exif or payload
        if marker in _FRAMES:
            size = _size(payload, size)
        _keep(kept, marker, payload)
        if marker == _SOS:
            end = _end_of_scan(data, place)
            kept += data[place:end]
            place, scans = end, scans + 1
    if size is None or not scans:
        raise refusal("file-unreadable")
    kept += bytes((0xFF, _EOI))
    return Stripped(bytes(kept), *size, exif)


def _marker(data: bytes, place: int) -> tuple[int, int]:
    while data[place : place + 2] == b"\xff\xff":
        place += 1
    if data[place : place + 1] != b"\xff" or place + 1 >= len(data):
        raise refusal("file-unreadable")
    return data[place + 1], place + 2


def _payload(data: bytes, place: int) -> tuple[bytes, int]:
    length = int.from_bytes(data[place : place + 2], "big")
    if length < 2 or place + length > len(data):
        raise refusal("file-unreadable")
    return data[place + 2 : place + length], place + length


def _size(payload: bytes, known: tuple[int, int] | None) -> tuple[int, int]:
    """Width and height; a second frame would let two readers see two images."""
    if known is not None or len(payload) < 6:
        raise refusal("file-unreadable")
    _, height, width = struct.unpack(">BHH", payload[:5])
    return width, height


def _keep(kept: bytearray, marker: int, payload: bytes) -> None:
    if marker == _APP0 and payload.startswith(_JFIF):
        # Its two last bytes are the size of a thumbnail, which may show what was cropped.
        payload = payload[: _JFIF_LENGTH - 2] + b"\0\0"
    elif not (
        marker in _TABLES or marker in _FRAMES or marker == _SOS or (marker == _APP14 and payload.startswith(_ADOBE))
    ):
        return
    kept += bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload


def _end_of_scan(data: bytes, place: int) -> int:
    found = _AFTER_SCAN.search(data, place)
    if found is None:
        raise refusal("file-unreadable")
    return found.start()
