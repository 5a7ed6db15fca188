"""Scans of CERs vierges: sheets with the QR codes of these texts, as an office scanner gives them, and spoilt."""

import random
from io import BytesIO
from typing import Any

import segno
from PIL import Image

from shared.kernel.serial import Serial

SERIAL, OTHER = Serial("7K3MQ9F2XA8D"), Serial.numbered(42)
MILLIMETRES = 22


def sheet(*texts: str, dpi: int = 150) -> Image.Image:
    """An A4 sheet with written lines, and a QR code for each text."""
    width, height, side = int(8.27 * dpi), int(11.69 * dpi), int(MILLIMETRES / 25.4 * dpi)
    image = Image.new("L", (width, height), 255)
    for number, text in enumerate(texts):
        image.paste(_code(text, side), (width - side - dpi // 3 - number * (side + dpi // 5), dpi // 3))
    for line in range(dpi * 2, height - dpi, dpi // 4):
        image.paste(90, (dpi // 2, line, width - dpi // 2, line + 2))
    return image


def turned(degrees: float) -> Image.Image:
    """The sheet as it lay in the scanner."""
    return sheet(str(SERIAL)).rotate(degrees, expand=True, fillcolor=255)


def speckled(share: float) -> Image.Image:
    """Black and white specks, the same each time."""
    image, luck = sheet(str(SERIAL)), random.Random(1)
    for _ in range(int(image.width * image.height * share)):
        image.putpixel((luck.randrange(image.width), luck.randrange(image.height)), luck.choice((0, 255)))
    return image


def faint() -> Image.Image:
    """A toner that ends: light grey on white."""
    return sheet(str(SERIAL)).point([200 + value * 40 // 255 for value in range(256)])


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The file that the scanner makes of it; `append_images` are a PDF's further pages."""
    out = BytesIO()
    if kind == "PDF":
        options = {"resolution": 150, "save_all": True, **options}
    image.save(out, kind, **options)
    return out.getvalue()


def _code(text: str, side: int) -> Image.Image:
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=10, border=4)
    return Image.open(out).convert("L").resize((side, side), Image.Resampling.LANCZOS)
