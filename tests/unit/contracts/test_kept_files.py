"""What is kept of a mapped file: the same rows, the NIRs hashed or gone; and nothing shows one."""

import io
import random

import pytest

from services.contracts.adapters.mapped.correcting import write_refused
from services.contracts.adapters.mapped.keeping import to_keep
from services.contracts.adapters.mapped.mapping import Mapping
from services.contracts.adapters.mapped.reading import file_rows, read_lines
from services.contracts.adapters.mapped.rows import Row
from services.contracts.adapters.nir import KeyedNirs
from services.contracts.domain.dossiers.nir import NirHash
from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import Line
from services.contracts.domain.imports.run import ImportUnreadable
from tests.builders.imports import HEADER, JEANNE, PAUL, csv_file, mapping, workbook
from tests.builders.nirs import NIR, NIRS, OTHER_NIR, hashed

WITH_NIR = (*HEADER, "N° de sécurité sociale", "Observations")
ROWS = ((*JEANNE, NIR, 'Dit "oui"; puis non'), (*PAUL, f"{NIR}99", OTHER_NIR))


def kept(data: bytes, nirs: KeyedNirs | None = None, plan: Mapping | None = None) -> bytes:
    copy = to_keep(io.BytesIO(data), plan or mapping(), nirs)
    copy.seek(0)
    return copy.read()


def said(data: bytes, nirs: KeyedNirs | None = NIRS) -> list[NirHash | None]:
    lines = list(read_lines(io.BytesIO(data), mapping(), nirs))
    return [one.said.get("nir") for one in lines if isinstance(one, Line)]


def cells(data: bytes) -> list[Row]:
    return list(file_rows(io.BytesIO(data), mapping()))


def table(data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    """The columns without a number, each row with its line."""
    return [(row.number, (*row.cells, "", "")[: len(HEADER)]) for row in cells(data) if any(row.cells)]


def files() -> list[bytes]:
    table = csv_file(*ROWS, header=WITH_NIR)
    return [
        table.encode(),
        table.encode("utf-16"),
        ("\r\n\r\n" + table).encode("cp1252"),
        csv_file(*ROWS[:1], header=WITH_NIR, separator="\t").encode(),
        workbook(*ROWS, header=WITH_NIR),
    ]


@pytest.mark.parametrize("data", files(), ids=["utf-8", "utf-16", "cp1252", "tabs", "workbook"])
def test_without_a_key_the_numbers_are_gone_and_the_rest_stays_on_its_line(data: bytes) -> None:
    assert any(NIR in row.cells for row in cells(data))

    copy = kept(data)

    shown = table(copy)
    assert shown == table(data)
    assert not [cell for row in cells(copy) for cell in row.cells if NIR in cell or OTHER_NIR in cell]
    assert said(copy) == [None] * len(shown[1:])


@pytest.mark.parametrize("data", files(), ids=["utf-8", "utf-16", "cp1252", "tabs", "workbook"])
def test_with_a_key_the_copy_is_read_as_the_file_is(data: bytes) -> None:
    copy = kept(data, NIRS)

    assert said(copy)[0] == hashed()
    assert said(copy) == said(data)
    assert not [cell for row in cells(copy) for cell in row.cells if NIR in cell or OTHER_NIR in cell]


def test_a_file_without_a_number_is_kept_as_it_came() -> None:
    data = csv_file(JEANNE, PAUL).encode("cp1252")

    assert kept(data) == data


def test_a_matricule_that_looks_like_a_number_stays() -> None:
    alike = (*JEANNE[:2], NIR, *JEANNE[3:])

    assert NIR in cells(kept(csv_file(alike).encode()))[1].cells


def test_a_number_in_a_file_of_another_mapping_is_gone_too() -> None:
    data = f"Colonne;Autre\r\nun;{NIR}\r\n".encode()

    assert NIR.encode() not in kept(data)


def test_a_file_that_breaks_off_with_numbers_in_it_is_not_kept() -> None:
    endless = "x" * 200_000
    with pytest.raises(ImportUnreadable, match="Ligne 4"):
        kept((csv_file(*ROWS, header=WITH_NIR) + f'"{endless}{NIR}').encode())

    harmless = csv_file(JEANNE) + f'"{endless}'
    assert kept(harmless.encode()) == harmless.encode()


@pytest.mark.parametrize("nirs", [None, NIRS])
def test_refused_lines_come_back_without_number_or_hash(nirs: KeyedNirs | None) -> None:
    for data in (files()[0], kept(files()[0], nirs)):
        out = io.StringIO()
        write_refused(out, io.BytesIO(data), mapping(), [Refused(2, "date", "Date illisible."), Refused(3, "x", "y")])

        assert "FICTIVE" in out.getvalue()
        assert not [one for one in (NIR, OTHER_NIR, "hmac:", hashed().hex()) if one in out.getvalue()]


def test_a_number_that_identifies_nobody_is_noted_and_the_line_goes_on() -> None:
    bad, provisional = (*JEANNE, f"{NIR}99", ""), (*PAUL, "7" + NIR[1:], "")
    for data in (csv_file(bad, provisional, header=WITH_NIR).encode(),):
        for file in (data, kept(data, NIRS)):
            lines = list(read_lines(io.BytesIO(file), mapping(), NIRS))

            notes = [note.code for line in lines if isinstance(line, Line) for note in line.notes]
            assert notes == ["nir-unreadable", "nir-provisional"]


def test_neither_rows_nor_lines_show_a_number() -> None:
    data = files()[0]
    assert NIR not in repr(cells(data))
    assert NIR not in repr(list(read_lines(io.BytesIO(data), mapping(), NIRS)))


def test_no_bytes_break_it() -> None:
    chance = random.Random(1)
    for data in files():
        for _ in range(60):
            broken = bytearray(data)
            for _ in range(chance.randrange(1, 8)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            try:
                copy = kept(bytes(broken), NIRS)
            except ImportUnreadable:
                continue
            assert isinstance(copy, bytes)
