"""Rows of cells, whatever the file: `number` is the line in a CSV file, the row in a spreadsheet."""

import csv
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from services.contracts.adapters.mapped.text import encoding_of, lines
from services.contracts.domain.imports.flow import BrokenFlow, Refused

SEPARATORS = (";", "\t", ",", "|")
MAX_COLUMNS = 1_000
MAX_ROWS = 1_000_000


@dataclass(frozen=True)
class Row:
    """One row, its cells as text."""

    number: int
    # A cell may hold a NIR: nothing shows it.
    cells: tuple[str, ...] = field(repr=False)


def csv_rows(file: BinaryIO, encoding: str, separator: str) -> Iterator[Row]:
    """The rows of a CSV file, empty ones included. Raises BrokenFlow."""
    encoding = encoding_of(file, encoding)
    if separator == "auto":
        separator = separator_of(file, encoding)
    source = lines(file, encoding)
    reader = csv.reader(source, delimiter=separator)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise BrokenFlow(Refused(number, "malformed", _UNCLOSED)) from None
        if cells is None:
            return
        yield check_size(Row(number, tuple(_plain(cell) for cell in cells)))


_UNCLOSED = "Ligne illisible : un guillemet ouvert n'est sans doute jamais fermé. Les lignes précédentes sont traitées."


def check_size(row: Row) -> Row:
    """The row, when the file is not larger than any that this is made for. Raises BrokenFlow."""
    if len(row.cells) > MAX_COLUMNS:
        reason = f"Plus de {MAX_COLUMNS} colonnes : ce n'est pas le bon fichier, ou le bon séparateur."
        raise BrokenFlow(Refused(row.number, "too-many-columns", reason))
    if row.number > MAX_ROWS:
        raise BrokenFlow(Refused(row.number, "too-many-rows", f"Plus de {MAX_ROWS} lignes : découpez le fichier."))
    return row


def separator_of(file: BinaryIO, encoding: str) -> str:
    """The one that cuts the first lines into the most cells."""
    found: dict[str, int] = dict.fromkeys(SEPARATORS, 0)
    with closing(lines(file, encoding)) as first:
        for line in islice(first, 20):
            for one in SEPARATORS:
                found[one] = max(found[one], line.count(one))
    file.seek(0)
    return max(SEPARATORS, key=lambda one: found[one])


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula, and without outer blanks."""
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell
