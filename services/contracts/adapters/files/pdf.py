"""PDF kept as it is, or refused: rewriting one would break the signature of another agency.

Refused: what is encrypted, acts by itself (ISO 32000-2 §12.6: JavaScript, launch, import, submission, other documents),
carries files or media, is damaged, or is another file too.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from services.contracts.domain.files.rules import FileRefused, refusal

MAGIC = b"%PDF-"

MOST_OBJECTS = 200_000
# One black and white sheet of A0 at 300 points per inch has 140 million.
MOST_PIXELS = 200_000_000

_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
        "/GoTo3DView",
    }
)
_KEYS = frozenset({"/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"})
_SUBTYPES = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"})
_END = re.compile(rb"%%EOF\s*\Z", re.ASCII)
_TAIL = 1024


def check(data: bytes) -> None:
    """Raises FileUnreadable, PdfProtected, PdfActive, FileTwoInOne, FileTooManyPixels, FileTooComplex."""
    if not _END.search(data.rstrip(b"\0")[-_TAIL:]):
        raise refusal("file-two-in-one" if b"%%EOF" in data else "file-unreadable")
    if _is_archive(data):
        raise refusal("file-two-in-one")
    try:
        # A damaged one could be mended by guessing, and pages lost without a word.
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            _check_document(pdf)
    except FileRefused:
        raise
    except pikepdf.PasswordError:
        raise refusal("pdf-protected") from None
    except (MemoryError, RecursionError):
        raise refusal("file-too-complex") from None
    except Exception:  # noqa: BLE001 - a parser fails in many ways on bytes made to make it fail
        raise refusal("file-unreadable") from None


def _is_archive(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return bool(archive.infolist())
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no archive that opens
        return False


def _check_document(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise refusal("pdf-protected")
    if not len(pdf.pages):
        raise refusal("file-unreadable")
    for seen, found in enumerate(_dictionaries(pdf)):
        if seen > MOST_OBJECTS:
            raise refusal("file-too-complex")
        keys = set(found.keys())
        if keys & _KEYS or _name(found, "/S") in _ACTIONS or _name(found, "/Subtype") in _SUBTYPES:
            raise refusal("pdf-active")
        if _name(found, "/Type") == "/EmbeddedFile":
            raise refusal("pdf-active")
        if _name(found, "/Subtype") == "/Image" and _pixels(found) > MOST_PIXELS:
            raise refusal("file-too-many-pixels")


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the document, those of streams included, each once: no reference is followed."""
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            inside: list[Any] = list(one)
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            inside = [one.get(key) for key in one.keys()]  # noqa: SIM118 - not a mapping of Python
        else:
            continue
        waiting.extend(
            part
            for part in inside
            if isinstance(part, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream) and not part.is_indirect
        )


def _name(found: Any, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _pixels(found: Any) -> int:
    sides = [found.get(key) for key in ("/Width", "/Height")]
    return int(sides[0]) * int(sides[1]) if all(isinstance(side, int) for side in sides) else 0
