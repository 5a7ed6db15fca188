"""Files made to hurt: each is refused by name, within bounded memory and time."""

import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest

from services.contracts.adapters.mapped import rows
from services.contracts.adapters.mapped.archive import MAX_RATIO, check_archive
from services.contracts.adapters.mapped.reading import read_lines
from services.contracts.domain.imports.flow import BrokenFlow
from services.contracts.domain.imports.lines import Line, Part, RefusedLine
from tests.builders.imports import HEADER, JEANNE, PAUL, csv_file, mapping, workbook
from tests.fuzz.mutations import mutate
from tests.fuzz.parsers import targets


def read(data: bytes) -> list[Part]:
    return list(read_lines(io.BytesIO(data), mapping()))


def broken(data: bytes) -> str:
    with pytest.raises(BrokenFlow) as error:
        read(data)
    return error.value.refused.code


def repacked(change: dict[str, bytes], *, extra: dict[str, bytes] | None = None) -> bytes:
    """A workbook with other parts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(JEANNE))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def sheet() -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook(JEANNE))) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


LAUGHS = b"".join(b'<!ENTITY e%d "%s">' % (rank, b"&e%d;" % (rank - 1) * 10) for rank in range(1, 12))
DOCTYPE = b'<!DOCTYPE w [<!ENTITY e0 "ha">' + LAUGHS + b"]>"


@pytest.mark.parametrize(
    "doctype",
    [
        DOCTYPE,
        b'<!DOCTYPE w SYSTEM "file:///etc/passwd">',
        b'<!-- --><!doctype w [<!ENTITY x SYSTEM "http://a.test">]>',
    ],
)
def test_entities_in_a_workbook_are_refused_before_they_are_parsed(doctype: bytes) -> None:
    assert broken(repacked({"xl/worksheets/sheet1.xml": doctype + sheet()})) == "doctype"


def test_an_entity_far_behind_a_comment_or_in_another_encoding_is_found_too() -> None:
    far = b"<!--" + b" " * 600_000 + b"-->" + DOCTYPE + sheet()
    utf16 = (DOCTYPE.decode() + sheet().decode()).encode("utf-16")
    declared = b'<?xml version="1.0" encoding="cp037"?>' + sheet()

    assert broken(repacked({"xl/worksheets/sheet1.xml": far})) == "doctype"
    assert broken(repacked({"xl/worksheets/sheet1.xml": utf16})) == "encoding"
    assert broken(repacked({"xl/worksheets/sheet1.xml": declared})) == "encoding"


@pytest.mark.parametrize("name", ["xl/media/a.bin", "xl/sharedStrings2.xml", "xl/worksheets/sheet1.xml.xml"])
def test_a_zip_bomb_is_refused_by_what_it_declares(name: str) -> None:
    assert broken(repacked({}, extra={name: bytes(20 * 1024 * 1024)})) == "bomb"


def test_a_part_that_is_longer_than_it_declares_is_not_read_further() -> None:
    data = bytearray(repacked({}, extra={"xl/media/a.xml": b"<a>" + b"\n" * 5_000_000 + b"</a>"}))
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x05\x06"))
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")

    assert broken(bytes(data)) in {"not-a-workbook", "bomb"}


def test_an_archive_of_too_many_parts_or_twice_the_same_is_refused() -> None:
    assert broken(repacked({}, extra={f"p{rank}": b"" for rank in range(2_100)})) == "bomb"


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", b"PK\x03\x04" + bytes(100), repacked({})[:2_000], repacked({"xl/workbook.xml": b"<a/>"})],
)
def test_what_is_no_workbook_inside_is_refused(data: bytes) -> None:
    assert broken(data) == "not-a-workbook"


def test_a_sheet_that_lies_on_its_size_is_read_by_its_rows() -> None:
    lying = sheet().replace(b'<dimension ref="A1:I2" />', b'<dimension ref="A1:XFD1048576"/>')
    lying = lying.replace(b'<dimension ref="A1:I2"/>', b'<dimension ref="A1:XFD1048576"/>')

    assert [type(part) for part in read(repacked({"xl/worksheets/sheet1.xml": lying}))] == [Line]


def test_a_row_that_says_to_be_far_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_ROWS", 20_000)
    assert b'r="2"' in sheet()

    assert (
        broken(repacked({"xl/worksheets/sheet1.xml": sheet().replace(b'r="2"', b'r="999999999"')})) == "too-many-rows"
    )


def test_a_table_of_ten_thousand_columns_is_refused() -> None:
    names = tuple(f"c{rank}" for rank in range(10_000))

    assert broken(csv_file(names, header=names).encode()) == "too-many-columns"
    assert broken(workbook(("x",) * 10_000, header=names)) == "too-many-columns"


def test_merged_cells_give_their_value_once() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(JEANNE, PAUL)))
    page = book.active
    assert page is not None
    page.merge_cells("A2:A3")
    out = io.BytesIO()
    book.save(out)

    first, second = read(out.getvalue())

    assert isinstance(first, Line)
    assert isinstance(second, RefusedLine)
    assert [one.field for one in second.problems] == ["organisme"]


@pytest.mark.parametrize(
    ("cell", "field"),
    [("FIC\x00TIVE", "nom_naissance"), ("FIC\x1bTIVE", "nom_naissance"), ("F" * 400, "nom_naissance")],
)
def test_what_cannot_be_kept_refuses_its_line_alone(cell: str, field: str) -> None:
    first, second = read(csv_file((*JEANNE[:4], cell, *JEANNE[5:]), PAUL).encode())

    assert isinstance(first, RefusedLine)
    assert [one.field for one in first.problems] == [field]
    assert isinstance(second, Line)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (csv_file(JEANNE).encode("utf-16")[:-1], "encoding"),
        (b"\xff\xfe\x00\xd8\x00\xd8" + csv_file(JEANNE).encode("utf-16-le"), "encoding"),
        (csv_file(JEANNE).encode() + b"\x81\x8d\xff", "encoding"),
        (csv_file(JEANNE).encode() + b'"' + b"a;b\n" * 60_000, "malformed"),
    ],
)
def test_a_text_that_breaks_is_refused_where_it_breaks(data: bytes, code: str) -> None:
    assert broken(data) == code


class Endless(io.RawIOBase):
    """A file of a gigabyte, made as it is read, that counts what was asked of it."""

    SIZE = 1024**3

    def __init__(self, start: bytes) -> None:
        self.start, self.place, self.given = start, 0, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = offset
        return offset

    def tell(self) -> int:
        return self.place

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        size = min(len(buffer), self.SIZE - self.place)
        chunk = (self.start[self.place : self.place + size] + b"A" * size)[:size]
        buffer[:size] = chunk
        self.place += size
        self.given += size
        return size


def test_a_line_of_a_gigabyte_is_given_up_after_a_few_hundred_kilobytes() -> None:
    file = io.BufferedReader(Endless(b""), 65_536)
    fixed = mapping().model_copy(update={"file": mapping().file.model_copy(update={"encoding": "utf-8"})})

    with pytest.raises(BrokenFlow) as error:
        list(read_lines(file, fixed))

    assert error.value.refused.code == "line-too-long"
    assert file.raw.given < 2 * 1024 * 1024


BOUNDED = """
import io, resource, sys
from services.contracts.adapters.mapped.reading import read_lines
from services.contracts.domain.imports.flow import BrokenFlow
from tests.builders.imports import mapping
data = sys.stdin.buffer.read()
limit = 600 * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    count = sum(1 for _ in read_lines(io.BytesIO(data), mapping()))
    print("read", count)
except BrokenFlow as broken:
    print(broken.refused.code)
"""


@pytest.mark.parametrize("kind", ["strings", "cells", "columns", "nested"])
def test_a_workbook_made_to_fill_the_memory_ends_within_600_mebibytes(kind: str) -> None:
    made = {
        "strings": ("xl/sharedStrings.xml", _chance(b"<si><t>%d</t></si>", 400_000), b"<sst>%s</sst>"),
        "cells": ("xl/worksheets/sheet1.xml", _chance(b"<row><c><v>%d</v></c></row>", 100_000), _SHEET),
        "columns": ("xl/worksheets/sheet1.xml", _chance(b'<row><c r="XFD%d"/></row>', 2_000), _SHEET),
        "nested": ("xl/worksheets/sheet1.xml", b"<c>" * 200_000, _SHEET),
    }
    name, parts, around = made[kind]
    data = repacked({name: around % parts})

    done = subprocess.run([sys.executable, "-c", BOUNDED], input=data, capture_output=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr[-500:]


_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def _chance(form: bytes, count: int) -> bytes:
    chance = random.Random(1)
    return b"".join(form % chance.randrange(10**9) for _ in range(count))


def test_the_ratio_of_a_table_of_repeated_values_is_far_from_a_bomb() -> None:
    data = workbook(*[JEANNE] * 5_000, header=HEADER)

    check_archive(io.BytesIO(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert max(one.file_size / one.compress_size for one in archive.infolist()) < MAX_RATIO / 2


def _cases() -> Iterator[tuple[str, int]]:
    for name in ("cnaf", "csv", "xlsx", "mapping"):
        yield from ((name, seed) for seed in range(5))


@pytest.mark.parametrize(("name", "seed"), list(_cases()))
def test_whatever_the_bytes_a_parser_gives_parts_or_refuses_by_name(name: str, seed: int) -> None:
    parse, corpus = targets()[name]
    chance = random.Random(seed)

    for _ in range(10):
        parse(mutate(chance, corpus))
