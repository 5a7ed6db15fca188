"""Mapped files of made-up people, as CSV and XLSX."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from services.contracts.adapters.mapped.mapping import Mapping, load_mapping, shipped

HEADER = ("Organisme", "N° organisme", "Matricule", "Civilité", "Nom de naissance", "Prénom", "Date de naissance",
          "Téléphone", "Mail")  # fmt: skip
JEANNE = ("CAF", "071", "0012345", "Mme", "FICTIVE", "Jeanne", "02/07/1971", "639980001", "jeanne@example.org")
PAUL = ("CAF", "071", "0012345", "M.", "FICTIF", "Paul", "03/08/1972", "06 39 98 00 02 / 04 65 71 00 01", "")


def mapping(name: str = "tableur-simple") -> Mapping:
    """One that comes with the software."""
    return load_mapping(shipped()[name])


def csv_file(*rows: Sequence[str], header: Sequence[str] = HEADER, separator: str = ";") -> str:
    """A table as a spreadsheet saves it."""
    return "".join(separator.join(row) + "\r\n" for row in (header, *rows))


def workbook(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> bytes:
    """The same in XLSX."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (header, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
