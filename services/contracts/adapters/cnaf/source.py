"""Reads the flow's bytes under limits, and refuses what is no such flow before a parser sees it."""

import re
from typing import BinaryIO

from services.contracts.domain.imports.flow import BrokenFlow, Refused

PROLOG_BYTES = 64 * 1024
# The largest foyer seen holds tens of kilobytes; a file that grows without ever ending one is an attack or a mistake.
MAX_FOYER_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 16 * 1024

ENCODINGS = frozenset({"windows-1252", "cp1252", "iso-8859-1", "iso-8859-15", "utf-8"})

_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")


class FlowSource:
    """A file for the parser: what was read since the last foyer is measured. `line` is about where reading stands."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.line = 1
        self._ahead = file.read(PROLOG_BYTES)
        self._since_foyer = 0
        self.encoding = _check_prolog(self._ahead)

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """The next bytes, never many at once. Raises BrokenFlow when a foyer has no end."""
        size = min(size, CHUNK_BYTES) if size > 0 else CHUNK_BYTES
        chunk, self._ahead = self._ahead[:size], self._ahead[size:]
        chunk = chunk or self._file.read(size)
        self.line += chunk.count(b"\n")
        self._since_foyer += len(chunk)
        if self._since_foyer > MAX_FOYER_BYTES:
            raise BrokenFlow(Refused(self.line, "foyer-too-large", "Un foyer dépasse 4 Mio : le fichier est anormal."))
        return chunk

    def foyer_done(self) -> None:
        """A foyer ended: the measure starts again."""
        self._since_foyer = 0


def _check_prolog(start: bytes) -> str:
    """The declared encoding. Raises BrokenFlow for what is not XML, or not in an encoding of the flow."""
    body = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body.startswith(b"<"):
        raise BrokenFlow(Refused(1, "not-xml", "Ce fichier n'est pas du XML lisible (windows-1252 attendu)."))
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise BrokenFlow(Refused(1, "doctype", "Le fichier déclare des entités ou une DTD : un flux CNAF n'en a pas."))
    found = _DECLARATION.match(body)
    encoding = found.group(1).decode().lower() if found else "utf-8"
    if encoding not in ENCODINGS:
        raise BrokenFlow(Refused(1, "encoding", f"Encodage {encoding} inattendu : un flux CNAF est en windows-1252."))
    return encoding
