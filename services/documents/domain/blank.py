"""The CER vierge: to print and fill by hand when the system is down.

Each copy has its serial, in a QR code and in letters on every page: scanned later, its pages are told from those of any
other copy, and the agent attaches them to a dossier. A file of copies is kept for each territory.
"""

from dataclasses import dataclass
from datetime import date, datetime

import segno

from services.documents.domain import labels
from services.documents.domain.edition import EditionKind
from services.documents.domain.sheet import Letterhead, Part, Sheet, cleaned
from services.documents.domain.texts import Texts
from shared.events.files import FileRef
from shared.kernel.errors import NotFound
from shared.kernel.serial import Serial

PAGES = 4
OBJECTIVES = 3
MOST_COPIES = 200

# ISO/IEC 18004 §5.3.8: four modules free on each side; level Q is read with a quarter of it spoilt.
QUIET_ZONE = 4
CORRECTION = "q"


class UnknownTerritory(NotFound):
    """Contracts told of no such territory, or it is closed."""

    code = "territory-unknown"
    title = "Territoire inconnu ou fermé"


class BlankNotReady(NotFound):
    """The file of the territory is being made."""

    code = "cer-vierge-not-ready"
    title = "CER vierge pas encore prêt"


@dataclass(frozen=True)
class Territory:
    """A territory as contracts told of it; `version` counts its changes."""

    code: str
    label: str
    active: bool
    version: int


@dataclass(frozen=True)
class BlankFile:
    """The copies that a territory keeps. `wanted` is the fingerprint of what it was made from."""

    territory: str
    wanted: str
    document: FileRef
    copies: int
    pages: int
    made_at: datetime


class QrCode(Part):
    """A QR code as a path of unit squares, its quiet zone included: `side` modules on each side."""

    side: int
    path: str


class BlankSheet(Sheet):
    """One copy of the form, of one territory."""

    territory: str
    texts_since: str
    mentions: tuple[str, ...]
    serial: str
    code: QrCode
    objectives: int
    pages: int


def blank_cer(serial: Serial, territory: str, day: date, letterhead: Letterhead, texts: Texts) -> BlankSheet:
    """A copy under the texts in force that day. Raises NoTextInForce."""
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
        serial=str(serial),
        code=qr_code(str(serial)),
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
