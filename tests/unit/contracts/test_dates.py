"""The guide's conventions: defaults and warnings; only what cannot be is refused."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.contracts.domain.cers import dates
from services.contracts.domain.cers.draft import Nature
from services.contracts.domain.cers.facts import content
from services.contracts.domain.cers.notices import notices
from services.contracts.domain.cers.pinned import Pinned
from services.contracts.domain.cers.states import State
from shared.events.contracts import CerValidated
from shared.kernel.errors import ImpossibleMove, Invalid
from tests.builders import contracts as a

RETABLISSEMENT = {"nature": Nature.RETABLISSEMENT}


@pytest.mark.parametrize(
    ("signed_on", "start"),
    [
        (date(2026, 3, 1), date(2026, 4, 1)),
        (date(2026, 1, 31), date(2026, 2, 1)),
        (date(2025, 12, 15), date(2026, 1, 1)),
        (date(2024, 2, 29), date(2024, 3, 1)),
    ],
)
def test_a_cer_starts_on_the_first_of_the_next_month(signed_on: date, start: date) -> None:
    for nature in (Nature.PREMIER, Nature.RENOUVELLEMENT, Nature.MODIFICATION):
        assert dates.conventional_start(nature, signed_on) == start
    assert dates.conventional_start(Nature.RETABLISSEMENT, signed_on) == signed_on.replace(day=1)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 4, 1), 3, date(2026, 6, 30)),
        (date(2026, 10, 1), 3, date(2026, 12, 31)),
        (date(2026, 4, 1), 18, date(2027, 9, 30)),
        (date(2025, 11, 30), 3, date(2026, 2, 27)),
        (date(2026, 3, 15), 6, date(2026, 9, 14)),
    ],
)
def test_a_duration_gives_the_last_day(start: date, months: int, end: date) -> None:
    assert dates.end_after(start, months) == end


def test_defaults_are_filled_in_and_an_entered_start_is_kept() -> None:
    filled = a.proposition().draft
    assert (filled.date_debut, filled.date_fin) == (date(2026, 4, 1), date(2026, 9, 30))

    entered = a.proposition(date_debut=date(2026, 5, 4), duration_months=3).draft
    assert (entered.date_debut, entered.date_fin) == (date(2026, 5, 4), date(2026, 8, 3))


def test_a_cer_by_convention_has_nothing_to_say() -> None:
    assert dates.unusual_dates(a.proposition().draft) == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"date_debut": date(2026, 5, 1)}, ["not-conventional"]),
        ({"duration_months": None}, ["no-end"]),
        ({"duration_months": None, "date_fin": date(2026, 5, 1)}, ["unusual-length"]),
        ({"duration_months": None, "date_fin": date(2028, 5, 1)}, ["unusual-length"]),
        ({**RETABLISSEMENT, "date_debut": date(2026, 4, 1)}, ["not-conventional"]),
    ],
)
def test_other_dates_are_said_and_accepted(changes: dict[str, Any], codes: list[str]) -> None:
    assert [notice.code for notice in dates.unusual_dates(a.proposition(**changes).draft)] == codes


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"date_signature": date(2026, 3, 13)}, "date_signature", "future"),
        ({"duration_months": None, "date_fin": date(2026, 4, 1)}, "date_fin", "before-start"),
        ({"date_demandee": date(2026, 2, 1)}, "date_demandee", "not-retablissement"),
        ({**RETABLISSEMENT, "date_debut": date(2026, 2, 1)}, "date_debut", "use-date-demandee"),
        ({**RETABLISSEMENT, "date_demandee": date(2026, 3, 1)}, "date_demandee", "not-earlier"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        a.proposition(**changes)

    assert [(problem.field, problem.code) for problem in refused.value.fields] == [(field, code)]


def test_the_legal_date_is_that_of_paris() -> None:
    late = a.act(at=datetime(2026, 3, 12, 23, 30, tzinfo=UTC))

    assert a.proposition().revise(a.written(date_signature=date(2026, 3, 13)), late, a.reference())


def test_a_date_demandee_asks_for_its_reason_and_becomes_the_start_by_decision_only() -> None:
    requested = date(2026, 2, 1)
    cer = a.at_chef_de_service(**RETABLISSEMENT, date_demandee=requested, date_demandee_reason="Maladie.")
    assert cer.draft.date_debut == date(2026, 3, 1)

    (event,) = cer.decided(a.told(date_debut=requested), a.act(), a.party())

    assert isinstance(event, CerValidated)
    assert (event.date_debut, cer.draft.date_debut) == (requested, requested)
    assert event.content.block is not None
    assert event.content.block.date_debut == requested
    assert content(cer.draft, cer.accord, Pinned.of(cer.draft, a.reference())).date_demandee == requested


def test_a_duration_that_an_arbitrated_start_no_longer_fits_is_not_shown() -> None:
    durations = []
    for start in (None, date(2026, 3, 16)):
        cer = a.at_chef_de_service()
        (event,) = cer.decided(a.told(date_debut=start), a.act(), a.party())
        assert isinstance(event, CerValidated)
        assert event.content.block is not None
        durations.append((event.content.block.duree_mois, event.content.block.date_fin))

    assert durations == [(6, date(2026, 9, 30)), (None, date(2026, 9, 30))]


def test_a_length_that_an_arbitrated_start_makes_unusual_is_warned_of_as_when_it_is_written() -> None:
    said = []
    for start in (None, date(2026, 2, 1)):
        cer = a.at_chef_de_service(
            **RETABLISSEMENT, duration_months=18, date_demandee=date(2026, 2, 1), date_demandee_reason="Maladie."
        )
        cer.decided(a.told(date_debut=start), a.act(), a.party())
        said.append([notice.code for notice in notices(cer, a.dossier().contact, [])])

    assert said == [[], ["not-conventional", "unusual-length"]]


def test_an_arbitrated_start_after_the_end_is_not_a_decision() -> None:
    cer = a.at_chef_de_service()

    with pytest.raises(ImpossibleMove):
        cer.decided(a.told(date_debut=date(2027, 1, 1)), a.act(), a.party())
    assert cer.state is State.ATTENTE_DECISION
