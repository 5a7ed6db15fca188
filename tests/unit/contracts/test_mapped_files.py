"""Files of any business software to lines: encodings, separators, headers with accents, empty and repeated lines."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest

from services.contracts.adapters.mapped.correcting import refused_rows, write_refused
from services.contracts.adapters.mapped.mapping import read_mapping
from services.contracts.adapters.mapped.reading import read_lines
from services.contracts.domain.dossiers.contact import Telephone
from services.contracts.domain.imports.flow import BrokenFlow, Refused
from services.contracts.domain.imports.lines import Line, Part, PassedOver, RefusedLine
from tests.builders.imports import HEADER, JEANNE, PAUL, csv_file, mapping, workbook

BORN = datetime(1971, 7, 2)  # noqa: DTZ001 - as a workbook gives it


def read(data: bytes | str, name: str = "tableur-simple") -> list[Part]:
    raw = data.encode() if isinstance(data, str) else data
    return list(read_lines(io.BytesIO(raw), mapping(name)))


def said(part: Part) -> dict[str, object]:
    assert isinstance(part, Line), part
    return dict(part.said)


def reasons(part: Part) -> dict[str, str]:
    assert isinstance(part, RefusedLine), part
    return {one.field: one.code for one in part.problems}


def test_a_line_says_what_its_cells_say() -> None:
    (line,) = read(csv_file(JEANNE))

    assert line.number == 2
    assert said(line) == {
        "organisme": "CAF",
        "numero_organisme": "071",
        "matricule": "0012345",
        "civilite": "Mme",
        "nom_naissance": "FICTIVE",
        "prenoms": ("Jeanne",),
        "date_naissance": date(1971, 7, 2),
        "telephones": (Telephone("+33639980001", mobile=True),),
        "mail": "jeanne@example.org",
    }


def test_two_telephones_of_a_cell_and_an_empty_cell() -> None:
    (line,) = read(csv_file(PAUL))

    assert said(line)["telephones"] == (Telephone("+33639980002", mobile=True), Telephone("+33465710001", mobile=False))
    assert "mail" not in said(line)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_encoding_and_the_separator_are_found(encoding: str, separator: str) -> None:
    noel = (*JEANNE[:5], "Noëlle-Œuvre", *JEANNE[6:])

    (line,) = read(csv_file(noel, separator=separator).encode(encoding))

    assert said(line)["prenoms"] == ("Noëlle-Œuvre",)


def test_columns_are_found_whatever_their_accents_case_blanks_and_order() -> None:
    names = ("  MATRICULE ", "prenom", "NOM   DE NAISSANCE", "né(e) le", "civilite", "organisme", "n°organisme", "X")
    row = ("0012345", "Jeanne", "FICTIVE", "02/07/1971", "Mme", "CAF", "71", "autre chose")

    (line,) = read(csv_file(row, header=names))

    assert said(line)["numero_organisme"] == "071"
    assert said(line)["prenoms"] == ("Jeanne",)


def test_a_title_above_the_header_is_passed_over() -> None:
    (line,) = read("Extraction du 12/03/2026\r\n\r\n" + csv_file(JEANNE))

    assert line.number == 4


def test_empty_and_repeated_lines_have_no_effect_and_contrary_ones_are_refused() -> None:
    contrary = (*JEANNE[:7], "639980009", JEANNE[8])

    parts = read(csv_file(JEANNE, (), ("",) * 9, JEANNE, contrary, PAUL))

    assert [type(part) for part in parts] == [Line, PassedOver, PassedOver, PassedOver, RefusedLine, Line]
    assert [part.why for part in parts if isinstance(part, PassedOver)] == ["empty", "empty", "repeated"]
    assert reasons(parts[4]) == {"": "conflict"}
    assert isinstance(parts[4], RefusedLine)
    assert "ligne 2" in parts[4].problems[0].reason


def test_every_reason_of_a_refused_line_is_told_with_its_field() -> None:
    wrong = ("Mairie", "071", "", "Mme", "FICTIVE", "Jeanne", "31/02/1971", "12", "pas un mail")

    (line,) = read(csv_file(wrong))

    assert reasons(line) == {
        "organisme": "organisme",
        "matricule": "missing",
        "date_naissance": "date",
        "telephones": "not-a-number",
        "mail": "not-a-mail",
    }


def test_a_mapping_passes_over_the_lines_that_it_names() -> None:
    header = ("LIB_ORGANISME", "NUM_ORGANISME", "MATRICULE", "CIVILITE", "NOM", "PRENOM", "DAT_NAISS", "ETAT_DOSSIER")
    closed = ("CAF de l'Ardèche", "71", "0012345", "MME", "FICTIVE", "Jeanne", "02/07/1971", "radié")
    open_one = (*closed[:7], "Ouvert")

    parts = read(csv_file(closed, open_one, header=header), "iodas-beneficiaires")

    assert [type(part) for part in parts] == [PassedOver, Line]


def test_the_contact_file_of_the_caf_completes_the_matricule() -> None:
    header = ("MATRICULE", "NOM", "PRENOM", "NIR", "NUMERO TELEPHONE 1", "NUMERO TELEPHONE 2", "ADRESSE MAIL")
    row = ("2055990", "TIFOUR", "SOPHIE", "2820251108030", "465710001", "639980001", "S@EXAMPLE.ORG")

    (line,) = read(csv_file(row, header=header), "caf-contact")

    assert said(line)["matricule"] == "205599000000000"
    assert [one.number for one in said(line)["telephones"]] == ["+33465710001", "+33639980001"]  # type: ignore[attr-defined]
    assert "2820251108030" not in repr(line)


def test_a_workbook_gives_the_same_lines_from_numbers_and_dates() -> None:
    row = ("CAF", 71, "0012345", "Mme", "FICTIVE", "Jeanne", BORN, 639980001, "jeanne@example.org")

    assert [said(one) for one in read(workbook(row))] == [said(one) for one in read(csv_file(JEANNE))]


def test_a_workbook_is_read_by_its_values_and_not_its_formulas() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(JEANNE)))
    sheet = book.active
    assert sheet is not None
    sheet["E2"] = '=HYPERLINK("https://example.org","FICTIVE")'
    out = io.BytesIO()
    book.save(out)

    (line,) = read(out.getvalue())

    assert reasons(line) == {"nom_naissance": "missing"}


def test_a_sheet_that_is_named_must_be_there() -> None:
    content = (
        b'kind = "contacts"\nlabel = "E"\n[file]\nsheet = "Feuille 9"\n[fields.matricule]\ncolumns = ["Matricule"]'
    )

    with pytest.raises(BrokenFlow) as error:
        list(read_lines(io.BytesIO(workbook(JEANNE)), read_mapping("e", content)))

    assert error.value.refused.code == "no-such-sheet"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "header"),
        (csv_file(JEANNE, header=HEADER[1:]).encode(), "header"),
        (csv_file(JEANNE, header=(*HEADER[:8], "Matricule")).encode(), "column-twice"),
    ],
)
def test_a_file_whose_columns_are_not_those_of_the_mapping_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(BrokenFlow) as error:
        read(data)

    assert error.value.refused.code == code


def test_refused_lines_come_back_as_a_file_that_can_be_corrected_and_read_again() -> None:
    wrong = (*JEANNE[:6], "31/02/1971", "+33639980001", "=cmd()")
    source = csv_file(PAUL, wrong, (*PAUL[:3], "", *PAUL[4:]))
    problems = [one for part in read(source) if isinstance(part, RefusedLine) for one in part.problems]
    out = io.StringIO()

    write_refused(out, io.BytesIO(source.encode()), mapping(), problems)

    header, first, second = csv.reader(io.StringIO(out.getvalue()), delimiter=";")
    assert header == [*HEADER, "ligne refusée", "champ", "motif"]
    assert first[:9] == [*JEANNE[:6], "31/02/1971", "'+33639980001", "'=cmd()"]
    assert first[9:11] == ["3", "date_naissance, mail"]
    assert (second[9], second[10]) == ("4", "civilite")
    corrected = out.getvalue().replace("31/02/1971", "02/07/1971").replace("'=cmd()", "jeanne@example.org")
    assert said(read(corrected)[0]) == said(read(csv_file(JEANNE))[0])


def test_lines_refused_for_no_reason_of_their_own_are_given_back_too() -> None:
    source = io.BytesIO(csv_file(JEANNE, PAUL).encode())

    rows = list(refused_rows(source, mapping(), [Refused(3, "ambiguous", "À rapprocher.", "nom_naissance")]))

    assert rows[1][9:] == ("3", "nom_naissance", "À rapprocher.")
