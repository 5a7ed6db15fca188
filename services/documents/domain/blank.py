"""The CER vierge: to print and fill by hand when the system is down.

Each copy has its serial, in a QR code and in letters on every page: scanned later, its pages are told from those of any
other copy, and the agent attaches them to a dossier. One file holds the copies of a territory.
"""

from collections.abc import Sequence
from datetime import date

import segno

from services.documents.domain import labels
from services.documents.domain.edition import EditionKind
from services.documents.domain.sheet import Letterhead, Part, Sheet, cleaned
from services.documents.domain.texts import Texts
from shared.kernel.serial import Serial

PAGES = 4
OBJECTIVES = 3

# ISO/IEC 18004 §5.3.8: four modules free on each side; level Q is read with a quarter of it spoilt.
QUIET_ZONE = 4
CORRECTION = "q"


class QrCode(Part):
    """A QR code as a path of unit squares, its quiet zone included: `side` modules on each side."""

    side: int
    path: str


class Copy(Part):
    """One copy of the form."""

    serial: str
    code: QrCode


class BlankSheet(Sheet):
    """The copies of one territory."""

    territory: str
    texts_since: str
    mentions: tuple[str, ...]
    copies: tuple[Copy, ...]
    objectives: int
    pages: int


def blank_cers(
    serials: Sequence[Serial], territory: str, day: date, letterhead: Letterhead, texts: Texts
) -> BlankSheet:
    """A file of as many copies as there are serials, under the texts in force that day. Raises NoTextInForce."""
    shown = texts.heading((), day, letterhead.departement)
    name = labels.KINDS[EditionKind.CER_VIERGE]
    since = labels.long_date(shown.since)
    sheet = BlankSheet(
        kind=EditionKind.CER_VIERGE,
        title=shown.title,
        subject=f"{name} – {territory}",
        about=f"{name}, textes en vigueur depuis le {since}",
        foot=name,
        day=day,
        letterhead=letterhead,
        territory=territory,
        texts_since=since,
        mentions=shown.mentions,
        copies=tuple(Copy(serial=str(serial), code=qr_code(str(serial))) for serial in serials),
        objectives=OBJECTIVES,
        pages=PAGES,
    )
    return cleaned(sheet)


def qr_code(content: str) -> QrCode:
    """The QR code of a text: runs of dark modules, row by row."""
    code = segno.make_qr(content, error=CORRECTION, boost_error=False)
    runs: list[str] = []
    for y, row in enumerate(code.matrix, start=QUIET_ZONE):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start + QUIET_ZONE} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return QrCode(side=len(code.matrix) + 2 * QUIET_ZONE, path="".join(runs))
