"""The NIRs of a mapped file: hashed in the column that the mapping reads, blank wherever else they stand.

For what is kept of a file or given back: only the reader of a line sees a number, and hashes it.
"""

import re
from collections.abc import Iterable, Iterator

from services.contracts.adapters.mapped.mapping import Mapping
from services.contracts.adapters.mapped.reading import Header
from services.contracts.adapters.mapped.rows import Row
from services.contracts.adapters.nir import compact, shown
from services.contracts.application.ports import Nirs
from services.contracts.domain.dossiers.household import plain

# Compared without blanks, accents and signs: « N° de sécurité sociale » is NDESECURITESOCIALE.
_NAMES = re.compile(r"(N|NO|NUM|NUMERO|MATRICULE)?(DE|D)?(NIR|SS|SECU|SECURITESOCIALE|INSEEPERSONNE)(13|15)?(COMPLET)?")


class NirCells:
    """Where NIRs stand in one file. Without `nirs`, and where the mapping reads none, all of them go."""

    def __init__(self, header: Header | None, mapping: Mapping, nirs: Nirs | None) -> None:
        self._nirs = nirs
        self._header = header
        self._mapped = self._places(mapping, "nir") if header is not None else frozenset()
        named = enumerate(header.row.cells) if header is not None else ()
        self._named = self._mapped | {place for place, name in named if _NAMES.fullmatch(plain(name))}
        others = (name for name in mapping.fields if name != "nir")
        # A matricule may look like a NIR: what the mapping reads as another datum is left as it is.
        self._others = frozenset[int]().union(*(self._places(mapping, name) for name in others))

    def _places(self, mapping: Mapping, name: str) -> frozenset[int]:
        source = mapping.fields.get(name)
        if source is None or self._header is None:
            return frozenset()
        return frozenset(self._header.among((*source.columns, *source.concat)))

    def without(self, row: Row) -> Row:
        """The row without its numbers."""
        return Row(row.number, tuple(self._cell(place, cell) for place, cell in enumerate(row.cells)))

    def _cell(self, place: int, cell: str) -> str:
        if not cell or (self._header is not None and self._header.row.cells[place : place + 1] == (cell,)):
            return cell
        if place in self._named:
            return shown(self._nirs.read(cell)) if self._nirs is not None and place in self._mapped else ""
        return "" if place not in self._others and compact(cell) is not None else cell


def hidden(rows: Iterable[Row], cells: NirCells) -> Iterator[Row]:
    """The rows without their numbers."""
    return (cells.without(row) for row in rows)
