"""What is kept of a file over HTTP between its preview and its end: the same rows, without a NIR.

A CSV file with none is kept as it came. A workbook is always written anew, with the sheet that is read and no other.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, BinaryIO, cast

from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from services.contracts.adapters.mapped.correcting import safe
from services.contracts.adapters.mapped.mapping import Mapping
from services.contracts.adapters.mapped.nir_cells import NirCells, hidden
from services.contracts.adapters.mapped.reading import Header, file_rows, read_header
from services.contracts.adapters.mapped.rows import Row, separator_of
from services.contracts.adapters.mapped.text import encoding_of
from services.contracts.adapters.mapped.workbook import is_workbook
from services.contracts.application.ports import Nirs
from services.contracts.domain.imports.flow import BrokenFlow
from services.contracts.domain.imports.run import ImportUnreadable

_MAYBE_NIR = re.compile(rb"(?<![0-9])[12](?:\0?[0-9]\0?){12}")


def to_keep(file: IO[bytes], mapping: Mapping, nirs: Nirs | None) -> IO[bytes]:
    """The file itself, or a copy in a temporary file without a name. Raises ImportUnreadable."""
    source = cast("BinaryIO", file)
    cells = NirCells(_header(source, mapping), mapping, nirs)
    book = is_workbook(source)
    try:
        if not book and not _has_nir(source, mapping, cells):
            return file
        copy = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115 - who asks for it closes it
        kept = hidden(_rows(source, mapping), cells)
        if book:
            _write_book(copy, kept, mapping)
        else:
            _write_csv(copy, kept, source, mapping)
        _check_same(copy, source, mapping, cells)
    except BrokenFlow as broken:
        if not book and not _may_have_nir(file):
            return file
        raise ImportUnreadable(f"Ligne {broken.refused.line} : {broken.refused.reason}") from None
    return copy


def _rows(file: BinaryIO, mapping: Mapping) -> Iterator[Row]:
    file.seek(0)
    return file_rows(file, mapping)


def _header(file: BinaryIO, mapping: Mapping) -> Header | None:
    with suppress(BrokenFlow):
        return read_header(_rows(file, mapping), mapping)
    return None


def _has_nir(file: BinaryIO, mapping: Mapping, cells: NirCells) -> bool:
    return any(cells.without(row) != row for row in _rows(file, mapping))


def _may_have_nir(file: IO[bytes]) -> bool:
    """Of a file that cannot be read to its end: any thirteen digits count."""
    file.seek(0)
    tail = b""
    while chunk := file.read(1024 * 1024):
        if _MAYBE_NIR.search(tail + chunk):
            return True
        tail = chunk[-64:]
    return False


def _write_csv(copy: IO[bytes], rows: Iterator[Row], source: BinaryIO, mapping: Mapping) -> None:
    """As the file is written itself, each row on its line."""
    source.seek(0)
    encoding = encoding_of(source, mapping.file.encoding)
    given = mapping.file.separator
    separator = separator_of(source, encoding) if given == "auto" else given
    out = io.TextIOWrapper(copy, encoding=encoding, newline="", write_through=True)
    writer, line = csv.writer(out, delimiter=separator, lineterminator="\n"), 1
    for row in rows:
        out.write("\n" * (row.number - line))
        writer.writerow([safe(cell) for cell in row.cells])
        line = row.number + 1 + sum(cell.count("\n") for cell in row.cells)
    out.detach()


def _write_book(copy: IO[bytes], rows: Iterator[Row], mapping: Mapping) -> None:
    book = Workbook(write_only=True)
    sheet, line = book.create_sheet(mapping.file.sheet), 1
    try:
        for row in rows:
            for _ in range(line, row.number):
                sheet.append([])
            sheet.append([cell or None for cell in row.cells])
            line = row.number + 1
    except IllegalCharacterError:
        raise ImportUnreadable("Une cellule contient un caractère interdit : enregistrez le fichier en CSV.") from None
    book.save(copy)


def _check_same(copy: IO[bytes], source: BinaryIO, mapping: Mapping, cells: NirCells) -> None:
    """Raises ImportUnreadable when the copy would be read as something else: nothing is kept rather than that."""
    written = _said(_rows(cast("BinaryIO", copy), mapping))
    for row in _said(hidden(_rows(source, mapping), cells)):
        if next(written, None) != row:
            break
    else:
        if next(written, None) is None:
            return
    raise ImportUnreadable("Ce fichier ne peut être gardé sans les NIR qu'il contient : retirez cette colonne.")


def _said(rows: Iterator[Row]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows that say something, their empty ends left out."""
    for row in rows:
        width = max((place + 1 for place, cell in enumerate(row.cells) if cell), default=0)
        if width:
            yield row.number, row.cells[:width]
