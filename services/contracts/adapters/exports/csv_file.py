"""CSV as French spreadsheets open it by a double click: UTF-8 with its mark, `;`, dates as dd/mm/yyyy, all quoted.

A spreadsheet may still take the zeros before a matricule away; XLSX keeps them.
"""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import date

from services.contracts.adapters.exports.columns import Cell, cells, headers
from services.contracts.application.queries.exports import Kind, Row
from shared.kernel.cells import guarded

MEDIA_TYPE = "text/csv; charset=utf-8"
_MARK = "\ufeff"


async def csv_parts(kind: Kind, windows: AsyncIterator[list[Row]]) -> AsyncIterator[bytes]:
    """The file in parts: the headers, then a part for each window."""
    yield (_MARK + _lines([headers(kind)])).encode()
    async for rows in windows:
        yield _lines(cells(kind, rows)).encode()


def _lines(lines: Sequence[Sequence[Cell]]) -> str:
    """Lines as RFC 4180 ends and quotes them."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_shown(cell) for cell in line] for line in lines)
    return text.getvalue()


def _shown(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return guarded(str(cell)) if cell is not None else ""
