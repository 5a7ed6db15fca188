"""Cells that no spreadsheet takes for a formula, and what a selection takes."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.domain.cers.states import State
from services.contracts.domain.exports.selection import CerDates, DateKind, Selection
from shared.kernel.cells import guarded, is_formula, plain_cell

DANGEROUS = [
    "=1+1",
    "+33639980001",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    "＝1",
    "＋1",
    "－1",
    "＠SUM",
    "﹢1",
    "﹦1",
    " \t @x",
    "\ttext",
]
HARMLESS = ["", "MARTIN", "Anne-Sophie", "06 39 98 00 01", "a=b", "3+4", "Le Gal", "d'Ys", "#N/A"]

CER = CerDates("valide", date(2026, 3, 1), date(2026, 4, 1), None, datetime(2026, 3, 31, 22, 30, tzinfo=UTC))


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_could_be_a_formula_begins_with_a_quote(text: str) -> None:
    assert is_formula(text)
    assert guarded(text).startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text())
def test_no_cell_begins_as_a_formula_does_whatever_is_written(text: str) -> None:
    cell = guarded(text)

    assert not is_formula(cell)
    assert not set(cell) & {"\r", "\n", "\t", "\x00"}
    assert cell.removeprefix("'") == plain_cell(text).removeprefix("'")


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(), True),
        (Selection(states=(State.VALIDE, State.NON_VALIDE)), True),
        (Selection(states=(State.PROPOSITION,)), False),
        (Selection(first=date(2026, 3, 1), last=date(2026, 3, 1)), True),
        (Selection(first=date(2026, 3, 2)), False),
        (Selection(last=date(2026, 2, 28)), False),
        (Selection(kind=DateKind.DEBUT, first=date(2026, 4, 1)), True),
        (Selection(kind=DateKind.FIN, first=date(2020, 1, 1)), False),
        (Selection(kind=DateKind.FIN), True),
        # 22:30 UTC is the next day in Paris.
        (Selection(kind=DateKind.DECISION, first=date(2026, 4, 1)), True),
        (Selection(kind=DateKind.DECISION, last=date(2026, 3, 31)), False),
    ],
)
def test_both_ends_of_a_period_are_part_of_it(selection: Selection, taken: bool) -> None:
    assert selection.takes(CER) is taken


def test_a_dossier_without_cer_is_taken_unless_something_is_asked_of_its_cer() -> None:
    assert Selection().takes(None)
    assert not Selection(states=(State.VALIDE,)).takes(None)
    assert not Selection(first=date(2026, 1, 1)).takes(None)
