"""The period of figures, and the files that spreadsheets open."""

from datetime import UTC, date, datetime

import pytest

from services.validation.adapters.figures_csv import csv_of
from services.validation.application.ports.figures import Decided, Delay, Stock
from services.validation.domain.figures import Period, PeriodIncoherent, period

TODAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, (date(2025, 3, 17), TODAY)),
        (date(2026, 1, 1), None, (date(2026, 1, 1), TODAY)),
        (date(2026, 1, 1), date(2026, 1, 1), (date(2026, 1, 1), date(2026, 1, 1))),
        (date(2026, 6, 1), None, (date(2026, 6, 1), date(2026, 6, 1))),
    ],
)
def test_what_is_not_said_is_the_last_year(first: date | None, last: date | None, expected: tuple[date, date]) -> None:
    found = period(first, last, TODAY)

    assert (found.first, found.last) == expected


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 2, 1), date(2026, 1, 1)),
        (date(2010, 1, 1), TODAY),
        (date.min, None),
        (None, date.max),
        (date.max, date.max),
    ],
)
def test_a_period_backwards_or_without_measure_is_refused(first: date | None, last: date | None) -> None:
    with pytest.raises(PeriodIncoherent):
        period(first, last, TODAY)


def test_days_begin_and_end_at_midnight_in_paris_whatever_the_season() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31))

    assert march.begins.astimezone(UTC) == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert march.ends.astimezone(UTC) == datetime(2026, 3, 31, 22, tzinfo=UTC)


def test_files_are_those_of_a_french_spreadsheet_and_run_nothing() -> None:
    delays = csv_of("delays", [Delay("a_orienter", 3, 1.5, 4.0)]).decode()
    assert delays.startswith("\ufeff")
    assert delays.splitlines()[1] == '"a_orienter";"3";"1,5";"4,0"'
    stock = Stock("en_commission", "=cmd()", 2, 1, datetime(2026, 3, 15, 23, 30, tzinfo=UTC))
    assert csv_of("stock", [stock]).decode().splitlines()[1] == '"en_commission";"\'=cmd()";"2";"1";"16/03/2026"'
    decided = Decided("2026-03", "aubenas", "chef_de_service", None, by_delegation=True, outcome="valide", decisions=4)
    assert csv_of("decisions", [decided]).decode().splitlines()[1] == (
        '"2026-03";"aubenas";"chef_de_service";"";"oui";"valide";"4"'
    )
