"""Refused lines as a file to correct: the original cells, with the line, the fields and the reasons after them.

It can be imported again with the same mapping, which does not read the three columns added.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, TextIO

from services.contracts.adapters.mapped.mapping import Mapping as FileMapping
from services.contracts.adapters.mapped.nir_cells import NirCells, hidden
from services.contracts.adapters.mapped.reading import file_rows, read_header
from services.contracts.adapters.mapped.rows import Row
from services.contracts.domain.imports.flow import BrokenFlow, Refused

ADDED = ("ligne refusée", "champ", "motif")
ENCODING = "utf-8-sig"


def refused_rows(file: BinaryIO, mapping: FileMapping, refused: Sequence[Refused]) -> Iterator[tuple[str, ...]]:
    """The header, then each refused line with why. Reads the file again: nothing of it was held."""
    reasons: dict[int, list[Refused]] = {}
    for one in refused:
        reasons.setdefault(one.line, []).append(one)
    rows = file_rows(file, mapping)
    header = read_header(rows, mapping)
    # Neither a number nor its hash is given back.
    rows = hidden(rows, NirCells(header, mapping, None))
    width = len(header.row.cells)
    for _ in range(1, mapping.file.header_row or 1):
        yield ()
    yield (*(safe(cell) for cell in header.row.cells), *ADDED)
    yield from _until_broken(rows, reasons, width)


def _until_broken(rows: Iterator[Row], reasons: Mapping[int, list[Refused]], width: int) -> Iterator[tuple[str, ...]]:
    try:
        for row in rows:
            if why := reasons.get(row.number):
                cells = (*row.cells[:width], *[""] * (width - len(row.cells)))
                fields = ", ".join(one.field for one in why if one.field)
                yield (*(safe(cell) for cell in cells), str(row.number), fields, " ".join(one.reason for one in why))
    except BrokenFlow:
        return  # the report says so


def write_refused(out: TextIO, file: BinaryIO, mapping: FileMapping, refused: Sequence[Refused]) -> None:
    """Writes the file to correct as CSV, with the mapping's separator."""
    separator = mapping.file.separator
    writer = csv.writer(out, delimiter=";" if separator == "auto" else separator)
    try:
        writer.writerows(refused_rows(file, mapping, refused))
    except BrokenFlow:
        return  # no header was found: there is no line to correct


def encoding_to_write(mapping: FileMapping) -> str:
    """The mapping's own encoding where it names one, so that the corrected file is read again."""
    return ENCODING if mapping.file.encoding == "auto" else mapping.file.encoding


def safe(cell: str) -> str:
    """A spreadsheet takes a cell that begins so for a formula; reading takes the apostrophe away again."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
