"""What tests read in a PDF: its structure by pikepdf, its glyphs by pdfium."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

MM = 72 / 25.4
LIGATURE = 3


@dataclass(frozen=True)
class Glyph:
    """A character that is drawn, its place in the text, and its tight box: points from the top left corner."""

    at: int
    character: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """In square points."""
        return (self.right - self.left) * (self.bottom - self.top)


def texts_of(content: bytes) -> list[str]:
    """The text of each page, lines ended by `\\n`; pdfium gives a hyphen that ends a line as U+0002."""
    texts = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]
    return [text.replace("\r\n", "\n").replace("\x02", "-") for text in texts]


def text_of(content: bytes) -> str:
    """The text of every page."""
    return "\n".join(texts_of(content))


def glyphs(page: Any) -> list[Glyph]:
    """The glyphs of a page of pdfium, blanks left out."""
    text, height = page.get_textpage(), page.get_height()
    found: list[Glyph] = []
    for at in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(at)
        character = chr(raw.FPDFText_GetUnicode(text.raw, at))
        if right > left and top > bottom and not character.isspace():
            found.append(Glyph(at, character, left, height - top, right, height - bottom))
    return found


def overlapping(page: Any) -> list[tuple[Glyph, Glyph]]:
    """The pairs of glyphs of which one covers more than half of the other; neighbours may be a ligature, or kerned."""
    drawn = sorted((glyph for glyph in glyphs(page) if glyph.area > 1), key=lambda glyph: glyph.top)
    pairs = []
    for at, one in enumerate(drawn):
        for other in drawn[at + 1 :]:
            if other.top >= one.bottom:
                break
            width = min(one.right, other.right) - max(one.left, other.left)
            height = min(one.bottom, other.bottom) - other.top
            apart = abs(one.at - other.at) > LIGATURE
            if apart and width > 0 and height > 0 and width * height > min(one.area, other.area) / 2:
                pairs.append((one, other))
    return pairs


def structure(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The structure elements, depth first: the reading order."""
    pending = [pdf.Root.StructTreeRoot.K]
    while pending:
        item = pending.pop()
        if isinstance(item, pikepdf.Array):
            pending.extend(reversed(list(item)))
        elif isinstance(item, pikepdf.Dictionary) and "/S" in item:
            yield item
            if "/K" in item:
                pending.append(item.K)


def page_numbers(pdf: pikepdf.Pdf) -> dict[Any, int]:
    """The index of each page, by its object."""
    return {page.objgen: index for index, page in enumerate(pdf.pages)}
