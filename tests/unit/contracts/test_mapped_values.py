"""How the cells of a mapped file are read: telephones that lost their zero, dates of all forms, matricules as text."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.adapters.mapped import transforms
from services.contracts.adapters.mapped.fields import FIELDS
from services.contracts.adapters.mapped.transforms import SIMPLE, WITH_ARGUMENT, Unfit


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("639980001", ["0639980001"]),
        ("06 39 98 00 01", ["0639980001"]),
        ("06.39.98.00.01 / 04 65 71 00 01", ["0639980001", "0465710001"]),
        ("0639980001;465710001", ["0639980001", "0465710001"]),
        ("0639980001 ou 0465710001", ["0639980001", "0465710001"]),
        ("06399800010465710001", ["0639980001", "0465710001"]),
        ("+33 6 39 98 00 01", ["+33639980001"]),
        ("+33 (0)6 39 98 00 01", ["+33639980001"]),
        ("0033639980001", ["+33639980001"]),
        ("33639980001", ["+33639980001"]),
        ("06-39-98-00-01", ["0639980001"]),
        ("0639980001 - 0465710001", ["0639980001", "0465710001"]),
        ("/", [""]),
    ],
)
def test_telephones_of_a_cell(cell: str, numbers: list[str]) -> None:
    assert transforms.split_phones(cell).split("\n") == numbers


@pytest.mark.parametrize("cell", ["6,4E+08", "6.3998E8", "2,05599E+14"])
def test_what_a_spreadsheet_turned_into_a_power_of_ten_lost_digits_and_is_refused(cell: str) -> None:
    for transform in (transforms.phone_fr, transforms.matricule):
        with pytest.raises(Unfit) as error:
            transform(cell)
        assert error.value.code == "scientific"


@pytest.mark.parametrize(
    "cell",
    ["02/07/1971", "2/7/1971", "02-07-1971", "02.07.1971", "1971-07-02", "1971-07-02T00:00:00", "02071971",
     "02/07/1971 00:00", "2 juillet 1971", "02 Juil. 1971", "1971-07-02 00:00:00.000", "26116"],
)  # fmt: skip
def test_a_date_in_any_form(cell: str) -> None:
    assert transforms.serial_date(cell, 1900) == "1971-07-02"


@pytest.mark.parametrize("cell", ["31/02/1971", "12/31/1971", "02/07/71", "demain", "0", "1er brumaire 1971", "12"])
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(Unfit) as error:
        transforms.date_fr(cell)
    assert error.value.code == "date"


def test_the_same_day_has_another_number_in_the_1904_system() -> None:
    _, make = WITH_ARGUMENT["excel_serial_date"]

    assert make(1904)("24654") == "1971-07-02"


@pytest.mark.parametrize(("cell", "kept"), [("0012345", "0012345"), (" 20 559 90 ", "2055990"), ("'007", "007")])
def test_a_matricule_keeps_its_zeros(cell: str, kept: str) -> None:
    assert transforms.matricule(cell) == kept


@pytest.mark.parametrize(
    ("name", "cell", "given"),
    [
        ("organisme_from_name", "Caisse d'Allocations familiales de l'Ardèche", "CAF"),
        ("organisme_from_name", "MSA Ardèche Drôme Loire", "MSA"),
        ("civilite", "Mademoiselle".replace("demoiselle", "dame"), "Mme"),
        ("civilite", "MR", "M."),
        ("sexe", "Féminin", "F"),
        ("sexe", "1", "M"),
        ("yes_no", "VRAI", "oui"),
        ("first_phone", "0639980001 / 0465710001", "0639980001"),
    ],
)
def test_a_named_transformation(name: str, cell: str, given: str) -> None:
    assert SIMPLE[name](cell) == given


@pytest.mark.parametrize(
    ("name", "argument", "cell", "given"),
    [
        ("map", {"Marié(e)": "MAR"}, "marie E", "MAR"),
        ("zeros_left", 3, "71", "071"),
        ("zeros_right", 15, "2055990", "205599000000000"),
        ("date", ["%d/%m/%y", "%Y%m%d"], "19710702", "1971-07-02"),
        ("before", "/", "06 / 04", "06"),
        ("after", ":", "N° : 12", "12"),
    ],
)
def test_a_transformation_with_an_argument(name: str, argument: object, cell: str, given: str) -> None:
    assert WITH_ARGUMENT[name][1](argument)(cell) == given


EVERY: list[Callable[[str], object]] = [*SIMPLE.values(), *(field.read for field in FIELDS.values())]


@given(st.text(max_size=60))
def test_no_text_makes_a_transformation_or_a_field_fail_otherwise_than_by_a_reason(text: str) -> None:
    for read in EVERY:
        with suppress(Unfit):
            read(text)
