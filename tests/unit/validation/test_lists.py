"""Kinds of commission and ranks of priorities: those of the lists that contracts keeps."""

from datetime import date, timedelta

import pytest

from services.validation.domain.lists import KeptList, ListName, usable_kind
from services.validation.domain.rules import CommissionKindNotUsable, UnknownCommissionKind
from shared.events.reference import DatedLabel, ListEntry
from tests.builders.validation import study

FROM, UNTIL = date(2026, 3, 1), date(2026, 6, 30)
DAY = timedelta(days=1)
KINDS = KeptList(
    ListName.COMMISSION_KINDS,
    3,
    (
        ListEntry(
            id="ep", labels=(DatedLabel(since=FROM, label="EP"),), usable_from=FROM, usable_until=None, rank=None
        ),
        ListEntry(
            id="gad",
            labels=(DatedLabel(since=FROM, label="GAD"), DatedLabel(since=UNTIL + DAY, label="Ancien GAD")),
            usable_from=FROM,
            usable_until=UNTIL,
            rank=None,
        ),
    ),
)


@pytest.mark.parametrize("on", [FROM, UNTIL])
def test_a_kind_is_usable_from_its_first_day_to_its_last(on: date) -> None:
    assert usable_kind(KINDS, "gad", on) == "gad"


def test_a_withdrawn_kind_is_refused_by_its_label_of_the_day_and_its_date() -> None:
    with pytest.raises(CommissionKindNotUsable) as refused:
        usable_kind(KINDS, "gad", UNTIL + DAY)
    assert refused.value.detail == "« Ancien GAD » ne se choisit plus depuis le 30/06/2026 : choisissez-en un autre."


def test_a_kind_of_later_is_refused_until_then() -> None:
    with pytest.raises(CommissionKindNotUsable, match=r"qu'à partir du 01/03/2026"):
        usable_kind(KINDS, "ep", FROM - DAY)


def test_an_unknown_kind_is_refused_with_those_that_can_be_chosen() -> None:
    with pytest.raises(UnknownCommissionKind) as refused:
        usable_kind(KINDS, "conseil", UNTIL + DAY)
    assert refused.value.detail.endswith("Possibles : « ep ».")
    assert [(one.field, one.code) for one in refused.value.fields] == [("kind", "unknown-commission-kind")]


def test_a_study_follows_the_ranks_of_the_list_and_keeps_its_own_when_the_list_has_none() -> None:
    one = study(priority="urgente")
    told = one.submission.priority_rank

    one.follow_ranks({"normale": 3})
    assert one.submission.priority_rank == told
    one.follow_ranks({"urgente": 7})
    assert one.submission.priority_rank == 7
