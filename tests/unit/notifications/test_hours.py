"""When a message may leave: Paris time, working days, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.adapters.holidays import BankHolidays
from services.notifications.domain.hours import Hours
from shared.kernel.clock import PARIS

HOURS = Hours(8, 20, BankHolidays())
# Twenty years, to the second.
INSTANTS = st.integers(0, 20 * 365 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def paris(text: str) -> datetime:
    """An instant as a clock in Paris shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "leaves"),
    [
        ("2026-03-20T15:00", "2026-03-20T15:00"),
        ("2026-03-20T08:00", "2026-03-20T08:00"),
        ("2026-03-20T07:59:59", "2026-03-20T08:00"),
        ("2026-03-20T19:59:59", "2026-03-20T19:59:59"),
        ("2026-03-20T20:00", "2026-03-21T08:00"),
        # Saturday evening: Monday, Sunday being none of its days.
        ("2026-03-21T20:00", "2026-03-23T08:00"),
        # The night in which clocks go forward, then back: 8:00 is 8:00, on the Monday after.
        ("2026-03-28T23:00", "2026-03-30T08:00"),
        ("2026-10-24T23:00", "2026-10-26T08:00"),
        # Easter Monday, then Ascension Day, then the two days of Christmas and Sunday.
        ("2026-04-05T10:00", "2026-04-07T08:00"),
        ("2026-05-14T10:00", "2026-05-15T08:00"),
        ("2026-12-25T09:00", "2026-12-26T08:00"),
        ("2026-07-13T21:00", "2026-07-15T08:00"),
    ],
)
def test_nothing_leaves_at_night_on_sundays_and_on_bank_holidays(asked: str, leaves: str) -> None:
    assert HOURS.earliest(paris(asked)) == paris(leaves)


def test_alsace_and_moselle_have_two_days_more() -> None:
    good_friday, second_day_of_christmas = date(2026, 4, 3), date(2026, 12, 26)
    for code in ("57", "67", "68"):
        assert BankHolidays(code)(good_friday), code
        assert BankHolidays(code)(second_day_of_christmas), code
    assert not BankHolidays("07")(good_friday)
    assert BankHolidays("974")(date(2026, 12, 20))


@given(INSTANTS)
def test_it_leaves_at_a_time_that_is_allowed_and_soon(at: datetime) -> None:
    leaves = HOURS.earliest(at)
    local = leaves.astimezone(PARIS)
    assert at <= leaves < at + timedelta(days=5)
    assert 8 <= local.hour < 20
    assert local.weekday() != 6
    assert HOURS.may_leave(leaves)
    assert HOURS.earliest(leaves) == leaves


@given(INSTANTS)
def test_digests_leave_on_working_days_at_the_hours_that_were_chosen(at: datetime) -> None:
    due = HOURS.next_digest(at, (13, 8))
    local = due.astimezone(PARIS)
    assert due > at
    assert (local.hour in {8, 13}, local.minute, local.weekday() < 5) == (True, 0, True)
    assert HOURS.next_digest(due - timedelta(microseconds=1), (13, 8)) == due


def test_a_site_that_tries_the_software_has_no_quiet_hours() -> None:
    always = Hours(0, 24, BankHolidays(), any_day=True)
    sunday_night = paris("2026-03-22T03:00")
    assert always.earliest(sunday_night) == sunday_night
