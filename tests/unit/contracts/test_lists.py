"""Lists of the département: usable from and until a day, relabelled from a day, ordered, never removed once used."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.domain.cers.codes import unknown_codes
from services.contracts.domain.cers.draft import Nature
from services.contracts.domain.reference.lists import Entry, Label, ListName, ReferenceList, Uses, Wish
from services.contracts.domain.reference.rules import EntryInUse, FixedList, PastEffect, UnknownEntry
from services.contracts.domain.reference.shipped.lists import LISTS
from shared.kernel.errors import Invalid
from tests.builders import contracts as a

SHIPPED = {one.name: one for one in LISTS}
THEMES, PRIORITIES = SHIPPED[ListName.THEMES], SHIPPED[ListName.PRIORITIES]
TOMORROW, YESTERDAY = a.TODAY + timedelta(days=1), a.TODAY - timedelta(days=1)
NO_USE = Uses(cers=0)

days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def until(day: date, code: str = "emploi") -> ReferenceList:
    """The themes, one of them with a last day of use."""
    changed, change = THEMES.put(code, Wish(THEMES.get(code).label(a.TODAY), usable_until=day), a.TODAY)
    assert change is not None
    return changed


def test_what_is_shipped_is_that_of_the_guide() -> None:
    assert {name: len(one.entries) for name, one in SHIPPED.items()} == {
        ListName.THEMES: 15,
        ListName.PRIORITIES: 5,
        ListName.DIAGNOSTICS: 3,
        ListName.REQUESTS: 7,
        ListName.COMMISSION_KINDS: 5,
        ListName.NATURES: 4,
        ListName.DECISION_MOTIVES: 7,
        ListName.COMPLEMENTS: 8,
    }
    assert [entry.code for entry in SHIPPED[ListName.NATURES].entries] == [nature.value for nature in Nature]


@given(start=days, length=st.integers(0, 400), on=days)
def test_an_entry_is_usable_from_its_first_day_to_its_last(start: date, length: int, on: date) -> None:
    entry = Entry("emploi", (Label(start, "Emploi"),), start, start + timedelta(days=length))

    assert entry.usable(on) is (0 <= (on - start).days <= length)


def test_a_code_is_refused_from_the_day_after_its_last_and_kept_where_it_stood() -> None:
    draft, reference = a.draft(), a.reference(until(YESTERDAY))

    (problem,) = unknown_codes(draft, None, reference, a.TODAY)

    assert (problem.field, problem.code) == ("objectives.0.theme", "code-no-longer-usable")
    assert unknown_codes(draft, None, reference, YESTERDAY) == []
    assert unknown_codes(draft, draft, reference, a.TODAY) == []


def test_a_cer_that_keeps_an_old_theme_may_move_it_but_not_take_up_another_old_one() -> None:
    former = a.draft()
    both, _ = until(YESTERDAY).put("sante", Wish("Santé", usable_until=YESTERDAY), a.TODAY)
    moved = a.draft(objectives=(a.objective(theme="sante"), a.objective(theme="emploi")))

    (problem,) = unknown_codes(moved, former, a.reference(both), a.TODAY)

    assert problem.field == "objectives.0.theme"


def test_a_code_of_tomorrow_is_refused_today() -> None:
    added, _ = THEMES.put("climat", Wish("Climat", usable_from=TOMORROW), a.TODAY)
    draft = a.draft(objectives=(a.objective(theme="climat"),))

    (problem,) = unknown_codes(draft, None, a.reference(added), a.TODAY)

    assert problem.code == "code-not-yet-usable"
    assert unknown_codes(draft, None, a.reference(added), TOMORROW) == []


def test_a_code_kept_in_one_list_is_no_excuse_in_another() -> None:
    former = a.draft(requests=("ep",))

    (problem,) = unknown_codes(a.draft(priority="ep"), former, a.reference(), a.TODAY)

    assert (problem.field, problem.code) == ("priority", "unknown-code")


def test_a_label_holds_from_its_day_and_the_former_one_before() -> None:
    changed, change = THEMES.put("emploi", Wish("Travail", label_since=TOMORROW), a.TODAY)

    assert [changed.get("emploi").label(day) for day in (a.TODAY, TOMORROW)] == ["Emploi", "Travail"]
    assert change is not None
    assert (change.verb, len(change.before["labels"]), len(change.after["labels"])) == ("change", 1, 2)


def test_a_label_that_was_shown_is_not_rewritten() -> None:
    with pytest.raises(PastEffect):
        THEMES.put("emploi", Wish("Travail", label_since=YESTERDAY), a.TODAY)


def test_a_planned_label_is_corrected_by_another_of_the_same_day() -> None:
    once, _ = THEMES.put("emploi", Wish("Travial", label_since=TOMORROW), a.TODAY)
    twice, _ = once.put("emploi", Wish("Travail", label_since=TOMORROW), a.TODAY)

    assert [label.words for label in twice.get("emploi").labels] == ["Emploi", "Travail"]


def test_the_same_again_is_no_change() -> None:
    assert THEMES.put("emploi", Wish("Emploi"), a.TODAY) == (THEMES, None)
    assert THEMES.reorder([entry.code for entry in THEMES.entries]) == (THEMES, None)


def test_the_use_of_an_entry_does_not_end_before_it_begins() -> None:
    with pytest.raises(Invalid) as refused:
        THEMES.put("climat", Wish("Climat", usable_from=TOMORROW, usable_until=a.TODAY), a.TODAY)

    assert refused.value.fields[0].field == "usable_until"


def test_what_nothing_ever_used_is_removed_and_the_rest_keeps_its_order() -> None:
    removed, change = THEMES.remove("budget", NO_USE)

    assert [entry.code for entry in removed.entries] == [e.code for e in THEMES.entries if e.code != "budget"]
    assert (change.verb, change.code) == ("remove", "budget")
    with pytest.raises(UnknownEntry):
        removed.get("budget")


def test_what_is_used_or_was_is_never_removed_and_the_refusal_says_where() -> None:
    used = ReferenceList(THEMES.name, (replace(THEMES.entries[0], used=True), *THEMES.entries[1:]))

    with pytest.raises(EntryInUse, match="utilisé dans 12 CER"):
        THEMES.remove("emploi", Uses(cers=12))
    with pytest.raises(EntryInUse, match="a déjà servi"):
        used.remove("emploi", NO_USE)
    with pytest.raises(EntryInUse, match="séances"):
        SHIPPED[ListName.COMMISSION_KINDS].remove("gad", NO_USE)


def test_natures_only_change_their_labels() -> None:
    natures = SHIPPED[ListName.NATURES]
    relabelled, _ = natures.put("premier", Wish("Premier CER"), a.TODAY)

    assert relabelled.get("premier").label(a.TODAY) == "Premier CER"
    with pytest.raises(FixedList):
        natures.put("autre", Wish("Autre"), a.TODAY)
    with pytest.raises(FixedList):
        natures.put("premier", Wish("Premier contrat", usable_until=a.TODAY), a.TODAY)
    with pytest.raises(FixedList):
        natures.remove("premier", NO_USE)


def test_an_order_names_each_entry_once() -> None:
    codes = [entry.code for entry in PRIORITIES.entries]

    changed, change = PRIORITIES.reorder(codes[::-1])

    assert [entry.code for entry in changed.entries] == codes[::-1]
    assert change is not None
    assert (change.before, change.after) == (codes, codes[::-1])
    for wrong in (codes[1:], [*codes, codes[0]], [*codes[1:], "autre"]):
        with pytest.raises(Invalid):
            PRIORITIES.reorder(wrong)


def test_priorities_have_a_rank_and_a_new_one_stands_before_the_ordinary_one() -> None:
    added, _ = PRIORITIES.put("rupture", Wish("Rupture de droits"), a.TODAY)
    by_rank = sorted(added.entries, key=lambda entry: entry.rank or 0)

    assert [entry.code for entry in by_rank][-2:] == ["rupture", "normale"]
    assert by_rank[0].code == "urgente"
    with pytest.raises(Invalid):
        THEMES.put("emploi", Wish("Emploi", rank=1), a.TODAY)
