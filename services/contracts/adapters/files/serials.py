"""Which copies of the CER vierge a scan shows: their serials, read from QR codes however the sheet lay in the scanner.

What cannot be read is no reason to refuse a file: it then has no serial. Other QR codes are left alone.
"""

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from shared.kernel.serial import BadSerial, Serial

# A filled form has a few pages, and its serial on the first of them at least.
MOST_PAGES = 10
# What an office scanner gives; the second when nothing was found: half a sheet copied small, a fax.
RESOLUTIONS = (150, 300)
# Of the processor: the examination has 20 in all, and a file that is slow to read is kept all the same.
MOST_SECONDS = 8.0
_POINTS_AN_INCH = 72


def serials(content_type: str, content: bytes) -> tuple[str, ...]:
    """The serials found, sorted; none when none can be read."""
    until = time.process_time() + MOST_SECONDS
    found: set[Serial] = set()
    try:
        for sheets in _rounds(content_type, content):
            for sheet in sheets:
                found |= _read(sheet, until)
                if time.process_time() > until:
                    return _sorted(found)
            if found:
                break
    except Exception:  # noqa: BLE001 - decoders fail in many ways; the file itself was examined already
        return _sorted(found)
    return _sorted(found)


def _sorted(found: set[Serial]) -> tuple[str, ...]:
    return tuple(sorted(map(str, found)))


def _rounds(content_type: str, content: bytes) -> Iterator[Iterator[Image.Image]]:
    """All sheets in grey, once for each resolution of a PDF."""
    if content_type != "application/pdf":
        yield _image(content)
        return
    with pypdfium2.PdfDocument(content) as pdf:
        for resolution in RESOLUTIONS:
            yield _pages(pdf, resolution)


def _image(content: bytes) -> Iterator[Image.Image]:
    with Image.open(BytesIO(content)) as image:
        yield image.convert("L")


def _pages(pdf: Any, resolution: int) -> Iterator[Image.Image]:
    for number in range(min(len(pdf), MOST_PAGES)):
        yield pdf[number].render(scale=resolution / _POINTS_AN_INCH, grayscale=True).to_pil()


def _read(sheet: Image.Image, until: float) -> set[Serial]:
    """The sheet as it is; else with its contrast stretched, its specks taken out, or larger."""
    for prepare in _ATTEMPTS:
        codes = zxingcpp.read_barcodes(prepare(sheet), zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        found = {serial for code in codes for serial in _serial(code.text)}
        if found or time.process_time() > until:
            return found
    return set()


def _stretched(sheet: Image.Image) -> Image.Image:
    return ImageOps.autocontrast(sheet, cutoff=2)


def _without_specks(sheet: Image.Image) -> Image.Image:
    return _stretched(sheet.filter(ImageFilter.MedianFilter(3)))


def _larger(sheet: Image.Image) -> Image.Image:
    size = (sheet.width * 2, sheet.height * 2)
    return sheet.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1.5))


_ATTEMPTS: tuple[Callable[[Image.Image], Image.Image], ...] = (
    lambda sheet: sheet,
    _stretched,
    _without_specks,
    _larger,
)


def _serial(text: str) -> Iterator[Serial]:
    try:
        yield Serial.parse(text)
    except BadSerial:
        return
