"""Rows of an XLSX workbook: values only, never formulas; what its sheet says of its own size is not believed."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

import openpyxl

from services.contracts.adapters.mapped.archive import check_archive, unreadable
from services.contracts.adapters.mapped.rows import Row, check_size
from services.contracts.domain.imports.flow import BrokenFlow, Refused

ZIP = b"PK\x03\x04"
MAX_CELL = 32_767  # Excel's own limit


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is an archive, as .xlsx files are; the file is rewound."""
    start = file.read(len(ZIP))
    file.seek(0)
    return start == ZIP


def workbook_rows(file: BinaryIO, sheet: str | None) -> Iterator[Row]:
    """The rows of one sheet, the first unless it is named. Raises BrokenFlow."""
    check_archive(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl lets through whatever its parsers raise
        raise unreadable() from error
    try:
        yield from _rows(_sheet(book, sheet))
    finally:
        book.close()


def _sheet(book: Any, name: str | None) -> Any:
    sheets = {one.title: one for one in book.worksheets}
    if not sheets:
        raise unreadable()
    if name is None:
        return next(iter(sheets.values()))
    if name not in sheets:
        raise BrokenFlow(Refused(1, "no-such-sheet", f"Le classeur n'a pas de feuille « {name} »."))
    return sheets[name]


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()
    number = 0
    rows = sheet.iter_rows(values_only=True)
    while True:
        try:
            values = next(rows, None)
            row = None if values is None else Row(number + 1, tuple(_text(value) for value in _trimmed(values)))
        except BrokenFlow:
            raise
        except Exception as error:  # as above
            reason = "La feuille est illisible à partir de cette ligne ; les lignes précédentes sont traitées."
            raise BrokenFlow(Refused(number + 1, "malformed", reason)) from error
        if row is None:
            return
        number = row.number
        yield check_size(row)


def _trimmed(values: tuple[Any, ...]) -> tuple[Any, ...]:
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    return values[:end]


def _text(value: Any) -> str:
    """A cell as it would be typed: whole numbers without a point, dates in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)[:MAX_CELL].strip()
