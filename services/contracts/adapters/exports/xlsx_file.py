"""XLSX with true dates; a text is a text, whatever it begins with. Made in a file on disk, row by row.

The format is a ZIP whose directory comes last, so the answer begins when the file is whole; memory stays that of a
window. Sheets end at 1,048,576 rows (ECMA-376, §18.3.1.73 as spreadsheets apply it).
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, time
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import Cell as WrittenCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from services.contracts.adapters.exports.columns import Cell, cells, headers
from services.contracts.application.queries.exports import Kind, Row
from services.contracts.domain.exports.rules import TooManyRows
from shared.kernel.cells import plain_cell

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575
_LONGEST = 32_767
_NAMES = {Kind.DOSSIERS: "Dossiers", Kind.CERS: "CER"}


async def write_xlsx(kind: Kind, windows: AsyncIterator[list[Row]], file: IO[bytes]) -> int:
    """Writes the file, and returns how many rows it holds. Raises TooManyRows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NAMES[kind])
    sheet.freeze_panes = "A2"
    _add(sheet, [headers(kind)])
    written = 0
    try:
        async for rows in windows:
            written += len(rows)
            if written > MOST_ROWS:
                raise TooManyRows(
                    "Une feuille de tableur ne tient pas plus d'un million de lignes : exportez en CSV, ou par "
                    "territoire ou par période."
                )
            await asyncio.to_thread(_add, sheet, cells(kind, rows))
    finally:
        await asyncio.to_thread(book.save, file)
    return written


def _add(sheet: WriteOnlyWorksheet, lines: Sequence[Sequence[Cell]]) -> None:
    for line in lines:
        sheet.append([_cell(sheet, cell) for cell in line])


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> Cell | WrittenCell:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, plain_cell(value)[:_LONGEST])
        # The library takes a text that begins with `=` for a formula, and one like `#N/A` for an error.
        cell.data_type = "s"
        return cell
    if isinstance(value, date):
        day = WriteOnlyCell(sheet, datetime.combine(value, time()))
        day.number_format = "dd/mm/yyyy"
        return day
    return value
