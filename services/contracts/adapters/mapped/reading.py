"""A file and its mapping to lines: finds the header, reads each row, tells apart empty, repeated and contrary ones."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from services.contracts.adapters.mapped.fields import FIELDS, check_text
from services.contracts.adapters.mapped.mapping import FieldSource, Mapping
from services.contracts.adapters.mapped.rows import Row, csv_rows
from services.contracts.adapters.mapped.transforms import MANY, Transform, Unfit
from services.contracts.adapters.mapped.workbook import is_workbook, workbook_rows
from services.contracts.application.ports import Nirs
from services.contracts.domain.dossiers.household import plain
from services.contracts.domain.dossiers.nir import UnusableNir
from services.contracts.domain.imports.flow import BrokenFlow, Refused
from services.contracts.domain.imports.lines import Kind, Line, Part, PassedOver, RefusedLine

HEADER_WITHIN = 20
_UNUSABLE_NIR = "Ce NIR est provisoire ou illisible : la personne est reconnue par ses noms."
# What tells the lines of a file apart; two that share it speak of the same thing.
_KEYS = {
    Kind.CERS: ("external_id",),
    Kind.BENEFICIARIES: ("organisme", "numero_organisme", "matricule", "nom_naissance", "prenoms", "date_naissance"),
    Kind.CONTACTS: (
        "organisme", "numero_organisme", "matricule", "nom", "nom_naissance", "nom_usage", "prenoms", "date_naissance",
    ),
}  # fmt: skip


def file_rows(file: BinaryIO, mapping: Mapping) -> Iterator[Row]:
    """The rows of a CSV or XLSX file, told by its content. Raises BrokenFlow."""
    if is_workbook(file):
        return workbook_rows(file, mapping.file.sheet)
    return csv_rows(file, mapping.file.encoding, mapping.file.separator)


@dataclass(frozen=True)
class Header:
    """Where each named column stands."""

    row: Row
    places: dict[str, int]

    def place(self, column: str) -> int | None:
        """The place of a column, whatever its accents, case and blanks."""
        return self.places.get(plain(column))

    def among(self, columns: Iterable[str]) -> tuple[int, ...]:
        """The places of those that the file has."""
        return tuple(place for column in columns if (place := self.place(column)) is not None)


def read_header(rows: Iterator[Row], mapping: Mapping) -> Header:
    """Finds the row of the names of columns. Raises BrokenFlow."""
    nearest: list[str] | None = None
    for seen, row in enumerate(rows, start=1):
        given = mapping.file.header_row
        if given is None or row.number == given:
            header = Header(row, _places(row))
            missing = _missing(header, mapping)
            if not missing:
                _check_unique(header, mapping)
                return header
            nearest = missing if nearest is None or len(missing) < len(nearest) else nearest
        if seen == (given or HEADER_WITHIN):
            break
    if nearest is None:
        raise BrokenFlow(Refused(1, "empty", "Le fichier est vide."))
    reason = f"Colonnes introuvables : {', '.join(nearest)}. Ce mapping n'est pas celui de ce fichier, ou complétez-le."
    raise BrokenFlow(Refused(1, "header", reason))


def _places(row: Row) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(row.cells):
        if plain(name):
            places.setdefault(plain(name), place)
    return places


def _missing(header: Header, mapping: Mapping) -> list[str]:
    """Columns that the mapping cannot do without."""
    missing = [
        one.columns[0]
        for name, one in mapping.fields.items()
        if one.columns and _needed(name, one, mapping) and all(header.place(column) is None for column in one.columns)
    ]
    return missing + [skip.column for skip in mapping.skip if header.place(skip.column) is None]


def _check_unique(header: Header, mapping: Mapping) -> None:
    names = [plain(cell) for cell in header.row.cells]
    for one in mapping.fields.values():
        for column in (*one.columns, *one.concat):
            if names.count(plain(column)) > 1:
                reason = f"La colonne « {column} » est en double : renommez l'une des deux."
                raise BrokenFlow(Refused(header.row.number, "column-twice", reason))


def _needed(name: str, source: FieldSource, mapping: Mapping) -> bool:
    return source.required or (mapping.kind in FIELDS[name].needed and source.default is None)


def read_lines(file: BinaryIO, mapping: Mapping, nirs: Nirs | None = None) -> Iterator[Part]:
    """Every line after the header; without `nirs` no NIR is read.

    Raises BrokenFlow where the file cannot be read further.
    """
    rows = file_rows(file, mapping)
    form = Form(read_header(rows, mapping), mapping, nirs)
    seen = _Seen(mapping.kind)
    for row in rows:
        if not any(row.cells):
            yield PassedOver(row.number, "empty")
        elif form.skips(row):
            yield PassedOver(row.number, "skipped")
        else:
            part = form.read(row)
            yield seen.check(part) if isinstance(part, Line) else part


@dataclass(frozen=True)
class _Cells:
    """Where one field is read, worked out once for a file."""

    name: str
    source: FieldSource
    places: tuple[int, ...]
    needed: bool
    transforms: tuple[Transform, ...]

    def text(self, row: Row) -> str:
        """What the cells say, or the mapping in their place."""
        if self.source.constant is not None:
            return self.source.constant
        cells = (row.cells[place] for place in self.places if place < len(row.cells))
        told = (cell for cell in cells if cell)
        text = self.source.separator.join(told) if self.source.concat else next(told, "")
        return text or self.source.default or ""

    def value(self, row: Row) -> Any:
        """The field's value; none when nothing is said. Raises Unfit."""
        text = self.text(row)
        if not text:
            return None
        for part in text.split(MANY):
            check_text(part)
        for transform in self.transforms:
            text = transform(text)
        return FIELDS[self.name].read(text) if text else None


class Form:
    """A mapping laid over the header of one file."""

    def __init__(self, header: Header, mapping: Mapping, nirs: Nirs | None = None) -> None:
        self._nirs = nirs
        self._fields = [
            _Cells(name, one, header.among((*one.columns, *one.concat)), _needed(name, one, mapping), transforms)
            for (name, one), transforms in zip(mapping.fields.items(), mapping.transforms.values(), strict=True)
            if name != "nir" or nirs is not None
        ]
        self._skips = [
            (header.among((skip.column,)), skip.empty, {plain(value) for value in skip.values}) for skip in mapping.skip
        ]

    def skips(self, row: Row) -> bool:
        """Whether the mapping passes this row over."""
        for places, empty, values in self._skips:
            cell = row.cells[places[0]] if places[0] < len(row.cells) else ""
            if (empty and not cell) or (cell and plain(cell) in values):
                return True
        return False

    def read(self, row: Row) -> Line | RefusedLine:
        """What one row says, or every reason why it cannot be read."""
        said: dict[str, Any] = {}
        problems = []
        for one in self._fields:
            try:
                value = one.value(row)
            except Unfit as unfit:
                problems.append(Refused(row.number, unfit.code, unfit.reason, one.name))
                continue
            if value not in (None, ()):
                said[one.name] = value
            elif one.needed:
                problems.append(Refused(row.number, "missing", "Cette donnée est nécessaire.", one.name))
        unusable = self._hash_nir(said)
        if problems:
            return RefusedLine(row.number, tuple(problems))
        return Line(row.number, said, tuple(Refused(row.number, one, _UNUSABLE_NIR, "nir") for one in unusable))

    def _hash_nir(self, said: dict[str, Any]) -> list[UnusableNir]:
        """What is said of the NIR becomes its hash, or why there is none."""
        text = said.pop("nir", None)
        read = self._nirs.read(text) if self._nirs is not None and text else None
        if isinstance(read, UnusableNir):
            return [read]
        if read is not None:
            said["nir"] = read
        return []


@dataclass
class _Seen:
    """What the lines so far spoke of: 16 bytes for each, so that a file of a million lines stays in bounds."""

    kind: Kind
    contents: dict[int, int] = field(default_factory=dict)

    def check(self, line: Line) -> Part:
        """The line, unless an earlier one said the same, or the contrary, of the same person or CER."""
        key = _digest(*(_key(line.said.get(name)) for name in _KEYS[self.kind]))
        content = _digest(*(f"{name}={value}" for name, value in sorted(line.said.items())))
        packed = self.contents.setdefault(key, content << 24 | line.number)
        if packed & 0xFFFFFF == line.number:
            return line
        if packed >> 24 == content:
            return PassedOver(line.number, "repeated")
        reason = f"La ligne {packed & 0xFFFFFF} dit autre chose de la même personne ou du même CER : gardez-en une."
        return RefusedLine(line.number, (Refused(line.number, "conflict", reason),))


def _key(value: Any) -> str:
    text = value[0] if isinstance(value, tuple) and value else value
    return plain(str(text or ""))


def _digest(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big")
