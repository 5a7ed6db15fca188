"""Objectives and étapes keep their ids through every change; texts are compared word by word."""

from collections.abc import Callable
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.domain.cers import objectives
from services.contracts.domain.cers.accord import Accord, Tick
from services.contracts.domain.cers.differences import differences
from services.contracts.domain.cers.draft import Etape
from services.contracts.domain.cers.model import Written
from services.contracts.domain.cers.wording import compared
from shared.kernel.errors import Invalid, NotFound
from tests.builders import contracts as a


def ids() -> Callable[[], UUID]:
    numbers = count(1)
    return lambda: UUID(int=next(numbers))


def named(*labels: str) -> tuple[Etape, ...]:
    return objectives.identified([Etape(label=label) for label in labels], (), ids())


def test_what_is_sent_without_ids_takes_those_of_what_says_the_same_then_of_its_place() -> None:
    kept = named("a", "b", "c")

    moved = objectives.identified([Etape(label="c"), Etape(label="a"), Etape(label="d")], kept, lambda: UUID(int=9))
    changed = objectives.identified([Etape(label="a"), Etape(label="d"), Etape(label="c")], kept, ids())
    removed = objectives.identified([Etape(label="b"), Etape(label="c")], kept, ids())

    assert [one.id for one in moved] == [kept[2].id, kept[0].id, UUID(int=9)]
    assert [one.id for one in changed] == [one.id for one in kept]
    assert [one.id for one in removed] == [kept[1].id, kept[2].id]


@given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abcd"), max_size=6))
def test_ids_are_never_shared_and_the_same_list_keeps_all_of_its_ids(before: list[str], after: list[str]) -> None:
    kept = named(*before)

    same = objectives.identified([etape.bare() for etape in kept], kept, ids())
    fresh = count(1_000)
    other = objectives.identified([Etape(label=label) for label in after], kept, lambda: UUID(int=next(fresh)))

    assert same == kept
    assert len({one.id for one in other}) == len(after)


def test_a_change_of_ids_alone_is_no_change_of_what_is_shown() -> None:
    cer = a.proposition(Tick.OUI)
    with_ids = objectives.identified_objectives(cer.draft.objectives, (), ids())

    cer.revise(Written(cer.draft.model_copy(update={"objectives": with_ids}), Tick.OUI), a.act(), a.reference())

    assert (cer.accord, cer.revision) == (Accord.OUI_CASE, 1)


def test_objectives_are_added_changed_reordered_and_removed_one_by_one() -> None:
    new = ids()
    draft = a.draft(objectives=())
    for theme in ("emploi", "sante", "logement"):
        draft = objectives.added_objective(a.objective(theme=theme), new)(draft)
    first, second, third = (one.id for one in draft.objectives)
    assert first and second and third  # noqa: PT018 - all have an id

    draft = objectives.ordered_objectives([third, first, second])(draft)
    draft = objectives.changed_objective(first, a.objective(theme="budget", etapes=(Etape(label="x"),)), new)(draft)
    draft = objectives.removed_objective(third)(draft)

    assert [(one.id, one.theme) for one in draft.objectives] == [(first, "budget"), (second, "sante")]
    assert draft.objectives[0].etapes[0].id is not None


def test_etapes_are_added_changed_reordered_and_removed_one_by_one() -> None:
    new = ids()
    draft = objectives.added_objective(a.objective(), new)(a.draft(objectives=()))
    (home,) = (one.id for one in draft.objectives)
    assert home is not None
    for label in ("a", "b", "c"):
        draft = objectives.added_etape(home, Etape(label=label), new)(draft)
    first, second, third = (one.id for one in draft.objectives[0].etapes)
    assert first and second and third  # noqa: PT018 - all have an id

    draft = objectives.ordered_etapes(home, [second, third, first])(draft)
    draft = objectives.changed_etape(home, second, Etape(label="b", done=True))(draft)
    draft = objectives.removed_etape(home, third)(draft)

    assert [(one.id, one.done) for one in draft.objectives[0].etapes] == [(second, True), (first, False)]


def test_an_order_that_forgets_or_repeats_is_refused() -> None:
    draft = objectives.added_objective(a.objective(), ids())(a.draft(objectives=()))
    (only,) = (one.id for one in draft.objectives)
    assert only is not None

    for order in ([], [only, only], [UUID(int=77)]):
        with pytest.raises(Invalid):
            objectives.ordered_objectives(order)(draft)


def test_what_is_no_longer_there_is_not_found_and_a_full_list_takes_nothing_more() -> None:
    draft = a.draft(objectives=tuple(a.objective() for _ in range(objectives.MAX_ITEMS)))

    with pytest.raises(NotFound):
        objectives.removed_objective(UUID(int=77))(draft)
    with pytest.raises(NotFound):
        objectives.added_etape(UUID(int=77), Etape(label="x"), ids())(draft)
    with pytest.raises(Invalid):
        objectives.added_objective(a.objective(), ids())(draft)


def test_an_id_that_two_claim_is_refused() -> None:
    same = UUID(int=5)

    with pytest.raises(Invalid) as refused:
        a.proposition(objectives=(a.objective(id=same), a.objective(id=same, etapes=(Etape(id=same), Etape(id=same)))))

    assert [problem.field for problem in refused.value.fields] == ["objectives", "objectives.1.etapes"]


@given(st.text("ab \n.", max_size=60), st.text("ab \n.", max_size=60))
def test_a_comparison_holds_both_texts_whole(before: str, after: str) -> None:
    segments = compared(before, after)

    assert "".join(one.text for one in segments if one.op != "insert").replace("\n", "") == before.replace("\n", "")
    assert "".join(one.text for one in segments if one.op != "delete") == after


def test_a_comparison_shows_the_words_that_changed() -> None:
    segments = compared("Vit seule.\nCherche un emploi.", "Vit seule.\nCherche une formation.")

    assert [(one.op, one.text) for one in segments] == [
        ("equal", "Vit seule.\nCherche "),
        ("delete", "un"),
        ("insert", "une"),
        ("equal", " "),
        ("delete", "emploi"),
        ("insert", "formation"),
        ("equal", "."),
    ]


def test_texts_at_their_longest_are_compared_without_losing_anything() -> None:
    before, after = "mot " * 5_000, "autre " * 3_333

    segments = compared(before, after)

    assert "".join(one.text for one in segments if one.op != "insert") == before
    assert "".join(one.text for one in segments if one.op != "delete") == after


def test_a_difference_names_objectives_by_their_place_and_hides_the_note() -> None:
    one, two, three = (str(UUID(int=number)) for number in (1, 2, 3))
    before = {
        "note": "A",
        "objectives": [{"id": one, "theme": "emploi", "etapes": []}, {"id": two, "theme": "sante", "etapes": []}],
    }
    after = {
        "note": "B",
        "objectives": [
            {"id": two, "theme": "budget", "etapes": [{"id": three, "label": "Atelier"}]},
            {"id": one, "theme": "emploi", "etapes": []},
        ],
    }

    found = differences(before, after, with_note=False)

    assert [(difference.label, difference.kind) for difference in found] == [
        ("Objectif 1 : thème", "changed"),
        ("Objectif 1, étape 1", "added"),
        ("Ordre : objectifs", "moved"),
    ]
    assert "note" in [difference.field for difference in differences(before, after, with_note=True)]
