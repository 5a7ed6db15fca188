"""Telephone numbers as they are typed in an interview."""

import pytest

from services.contracts.adapters.phones import FrenchTelephones
from services.contracts.domain.dossiers.contact import Telephone
from shared.kernel.errors import Invalid

PHONES = FrenchTelephones()


@pytest.mark.parametrize(
    ("typed", "number", "mobile", "shown"),
    [
        ("06 39 98 00 01", "+33639980001", True, "06 39 98 00 01"),
        ("06.39.98.00.01", "+33639980001", True, "06 39 98 00 01"),
        ("+33 6 39 98 00 01", "+33639980001", True, "06 39 98 00 01"),
        ("0033639980001", "+33639980001", True, "06 39 98 00 01"),
        ("04 65 71 00 01", "+33465710001", False, "04 65 71 00 01"),
        ("+262 692 12 34 56", "+262692123456", True, "+262 692 12 34 56"),
        ("+49 1511 2345678", "+4915112345678", True, "+49 1511 2345678"),
    ],
)
def test_a_number_is_kept_in_e164_and_shown_as_in_france(typed: str, number: str, mobile: bool, shown: str) -> None:
    read = PHONES.read(typed)

    assert read == Telephone(number, mobile=mobile)
    assert PHONES.shown(Telephone(number, mobile=mobile)) == shown


@pytest.mark.parametrize("typed", [None, "", "  "])
def test_no_number_is_none(typed: str | None) -> None:
    assert PHONES.read(typed) is None


@pytest.mark.parametrize(
    "typed", ["06 39 98", "bonjour", "0639980001 poste 12", "00000000000", "6" * 60, "06399800012"]
)
def test_what_is_no_number_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        PHONES.read(typed)

    assert refused.value.fields[0].field == "telephone"
    assert typed not in refused.value.detail
