"""Bytes to lines of text, in whatever encoding the file has, none of them long: a file is never held in memory."""

import codecs
import io
from collections.abc import Generator
from contextlib import suppress
from typing import BinaryIO

from services.contracts.domain.imports.flow import BrokenFlow, Refused

CHUNK_BYTES = 64 * 1024
# The longest line of the files seen holds some two thousand characters.
MAX_LINE = 256 * 1024

# Names that a mapping may give, and what Python calls them.
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "windows-1252": "cp1252",
    "iso-8859-15": "iso8859-15",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def encoding_of(file: BinaryIO, asked: str = "auto") -> str:
    """The encoding, told by the mark at the start of the file or by its bytes; the file is rewound."""
    start = file.read(4096)
    file.seek(0)
    if asked != "auto":
        return asked
    for mark, name in _BOMS.items():
        if start.startswith(mark):
            return name
    zeros = start.count(0)
    if zeros * 3 > len(start) > 1:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    return "utf-8" if _is_utf8(file) else "windows-1252"


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def lines(file: BinaryIO, encoding: str) -> Generator[str, None, None]:
    """The lines with their ends, as the csv module wants them. Raises BrokenFlow for a line that has no end."""
    text = io.TextIOWrapper(file, ENCODINGS[encoding], newline="")
    number = 0
    try:
        while line := text.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise _too_long(number)
            yield line
    except UnicodeDecodeError:
        raise BrokenFlow(Refused(number + 1, "encoding", _not_in(encoding))) from None
    finally:
        # The caller's file stays open; one that was closed before this reading ended has nothing left to give back.
        with suppress(ValueError):
            text.detach()


def _too_long(number: int) -> BrokenFlow:
    return BrokenFlow(
        Refused(number, "line-too-long", f"Ligne de plus de {MAX_LINE} caractères : ce n'est pas un tableau.")
    )


def _not_in(encoding: str) -> str:
    return f"Le fichier n'est pas en {encoding} à cette ligne : enregistrez-le en UTF-8, ou corrigez « encoding »."
