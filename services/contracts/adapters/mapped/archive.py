"""Whether a spreadsheet may be opened at all: its archive says how much it unfolds to, and is believed no further."""

import re
import zipfile
from typing import BinaryIO

from services.contracts.domain.imports.flow import BrokenFlow, Refused

MAX_TOTAL = 512 * 1024 * 1024
# openpyxl holds all shared strings in memory.
MAX_STRINGS = 64 * 1024 * 1024
MAX_PARTS = 2_000
# Sheets of repeated values fold to a thirtieth or so; a bomb to a thousandth.
MAX_RATIO = 250
_SMALL = 1024 * 1024
_CHUNK = 256 * 1024
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")


def check_archive(file: BinaryIO) -> None:
    """Refuses bombs, encrypted workbooks and entities before anything is parsed. Raises BrokenFlow."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_sizes(parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_xml(archive, part)
    except BrokenFlow:
        raise
    except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, NotImplementedError, OSError) as error:
        raise unreadable() from error
    except Exception as error:  # zlib, lzma and bz2 each raise their own
        raise unreadable() from error
    finally:
        file.seek(0)


def unreadable() -> BrokenFlow:
    """The file is no workbook that can be read."""
    reason = "Classeur illisible : ouvrez-le dans un tableur et enregistrez-le de nouveau en .xlsx, sans mot de passe."
    return BrokenFlow(Refused(1, "not-a-workbook", reason))


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) < len(names):
        raise _bomb()
    if sum(part.file_size for part in parts) > MAX_TOTAL:
        raise _bomb()
    for part in parts:
        if part.file_size > _SMALL and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise _bomb()
        if "sharedstrings" in part.filename.lower() and part.file_size > MAX_STRINGS:
            raise _bomb()


def _check_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Reads the part once, a piece at a time: the archive's reader stops at the size that was declared."""
    with archive.open(part) as stream:
        tail = b""
        first = True
        while chunk := stream.read(_CHUNK):
            if first:
                _check_encoding(chunk)
                first = False
            if _ENTITY.search(tail + chunk):
                reason = "Le classeur déclare des entités ou une DTD : aucun tableur n'en écrit."
                raise BrokenFlow(Refused(1, "doctype", reason))
            tail = chunk[-16:]


def _check_encoding(start: bytes) -> None:
    """Another encoding than UTF-8 would hide what is looked for."""
    declared = _DECLARED.search(start[:1024])
    if b"\x00" in start[:1024] or (declared and declared.group(1).lower() not in {b"utf-8", b"us-ascii"}):
        raise BrokenFlow(Refused(1, "encoding", "Une partie du classeur n'est pas en UTF-8 : enregistrez-le."))


def _bomb() -> BrokenFlow:
    reason = "Le classeur se déplie en un volume anormal : ce n'est pas un fichier de données."
    return BrokenFlow(Refused(1, "bomb", reason))
