"""What a new CER starts from, and what is said beside a CER without stopping anything."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contracts.domain.cers.dates import Life, life
from services.contracts.domain.cers.draft import LONG, Etape, Nature
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.notices import Neighbour, notices
from services.contracts.domain.cers.prefill import last_of, proposal
from services.contracts.domain.cers.rules import WeeklyHoursOff, refuse_weekly_hours
from services.contracts.domain.cers.states import State
from services.contracts.domain.dossiers.contact import Contact, Telephone
from tests.builders import contracts as a

REACHED = Contact("jeanne.fictive@example.org", Telephone(a.MOBILE, mobile=True))
IN_FORCE = Neighbour(1, State.VALIDE, date(2026, 1, 1), date(2026, 12, 31))


def validated(**changes: Any) -> Cer:
    cer = a.decided()
    cer.draft = cer.draft.model_copy(update=changes)
    return cer


def said(cer: Cer, *neighbours: Neighbour) -> list[str]:
    return [problem.code for problem in notices(cer, REACHED, neighbours)]


def test_a_first_cer_starts_from_its_number_and_the_conventions() -> None:
    found = proposal([], 1, a.TODAY, a.reference())

    assert (found.recalled, found.draft.numero, found.draft.nature) == (None, 1, Nature.PREMIER)
    assert (found.draft.date_signature, found.draft.date_debut) == (a.TODAY, date(2026, 4, 1))


def test_a_renewal_recalls_the_objectives_of_the_last_cer_and_goes_on_with_what_is_left() -> None:
    objectives = (
        a.objective(id=UUID(int=1), etapes=(Etape(id=UUID(int=2), label="Atelier", done=True), Etape(label="Stage"))),
        a.objective(theme="sante", person_does="Consulte.", etapes=(Etape(label="Bilan", done=True),)),
    )
    last = validated(objectives=objectives)

    found = proposal([last], 2, date(2026, 9, 1), a.reference())

    assert found.recalled is last
    assert (found.draft.nature, found.draft.numero, found.draft.duration_months) == (Nature.RENOUVELLEMENT, 2, 6)
    (left,) = found.draft.objectives
    assert (left.id, left.theme, [etape.label for etape in left.etapes]) == (None, "emploi", ["Stage"])
    assert found.draft.situation.endswith(
        "Rappel des objectifs du CER n° 1 :\n"
        "- Emploi : Met à jour son CV. Étapes : Atelier (fait), Stage (non fait).\n"
        "- Santé : Consulte. Étapes : Bilan (fait)."
    )


def test_what_belongs_to_one_interview_or_to_the_service_is_never_carried_over() -> None:
    last = validated(priority="urgente", requests=("rappel",), dernier_contrat=True, no_phone_at_interview=True)

    draft = proposal([last], 2, date(2026, 9, 1), a.reference()).draft

    assert (draft.priority, draft.requests, draft.dernier_contrat, draft.no_phone_at_interview) == (
        None,
        (),
        False,
        False,
    )
    assert (draft.evaluation, draft.expression, draft.date_demandee) == ("", "", None)


def test_a_recall_that_does_not_fit_leaves_the_text_whole_and_says_that_it_is_shortened() -> None:
    last = validated(situation="é" * LONG)

    found = proposal([last], 2, a.TODAY, a.reference())

    assert (found.draft.situation, found.shortened) == ("é" * LONG, True)


def test_a_recall_keeps_the_objectives_that_fit_and_says_that_there_are_more() -> None:
    objectives = (a.objective(), a.objective(theme="sante", person_does="x" * 500))

    found = proposal([validated(situation="é" * (LONG - 300), objectives=objectives)], 2, a.TODAY, a.reference())

    text = found.draft.situation
    assert found.shortened
    assert len(text) <= LONG
    assert "- Emploi : Met à jour son CV." in text
    assert text.endswith("- La suite ne tient pas ici : lisez les objectifs de ce CER.")


def test_one_recall_takes_the_place_of_the_one_before_and_what_was_written_around_it_stays() -> None:
    situation = "Vit seule."
    for numero in (1, 2, 3):
        last = validated(numero=numero, situation=situation, objectives=(a.objective(person_does="Fait\nceci."),))
        situation = proposal([last], numero + 1, a.TODAY, a.reference()).draft.situation + "\n\nA déménagé."

    assert situation.count("Rappel des objectifs") == 1
    assert "Rappel des objectifs du CER n° 3 :\n- Emploi : Fait ceci." in situation
    assert situation.startswith("Vit seule.\n\nA déménagé.")


def test_without_objectives_nothing_is_recalled_and_the_situation_is_left_to_be_written() -> None:
    found = proposal([validated(situation="", objectives=())], 2, a.TODAY, a.reference())

    assert (found.draft.situation, found.shortened) == ("", False)


def test_the_last_cer_is_the_one_validated_that_starts_last() -> None:
    early, late = validated(), validated(date_debut=date(2027, 1, 1))

    assert last_of([late, early, a.proposition(), a.decided("non_valide")]) is late
    assert last_of([a.decided("non_valide")]) is not None
    assert last_of([a.proposition(), a.submitted(), a.deleted()]) is None
    refused = proposal([a.decided("non_valide")], 2, a.TODAY, a.reference())
    assert refused.draft.nature is Nature.PREMIER


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 31), Life.A_VENIR),
        (date(2026, 4, 1), Life.EN_COURS),
        (date(2026, 9, 30), Life.EN_COURS),
        (date(2026, 10, 1), Life.ECHU),
    ],
)
def test_a_valid_cer_lives_from_its_start_to_its_end(day: date, expected: Life) -> None:
    assert life(a.decided().draft, day) is expected


def test_without_an_end_it_lives_on_and_replaced_from_its_first_day_it_never_lived() -> None:
    draft = a.decided().draft

    assert life(draft.model_copy(update={"date_fin": None}), date(2040, 1, 1)) is Life.EN_COURS
    assert life(draft.model_copy(update={"date_fin": date(2026, 3, 31)}), date(2026, 3, 12)) is Life.ECHU


def test_a_refusal_at_the_signature_is_said_until_the_accord_is_given() -> None:
    cer = a.opened()
    cer.signature_ended("refused", a.act())

    (refused,) = notices(cer, REACHED, [])

    assert (refused.field, refused.code) == ("accord", "signature-refused")
    assert "NC" in refused.message
    for ending in ("expired", "deadline", "too-many-tries", "sms-failed"):
        other = a.opened()
        other.signature_ended(ending, a.act())
        assert said(other) == [f"signature-{ending}"]
    assert said(a.opened()) == []


def test_a_number_given_twice_and_an_overlap_are_said_as_long_as_they_matter() -> None:
    start = date(2026, 5, 4)

    assert said(a.proposition(date_debut=start), IN_FORCE) == ["not-conventional", "repeated", "overlap"]
    assert "overlap" in said(a.submitted(date_debut=start), IN_FORCE)
    assert said(a.decided("non_valide"), IN_FORCE) == []


def test_a_modification_replaces_the_cer_in_force_and_overlaps_only_another() -> None:
    later = Neighbour(2, State.VALIDE, date(2026, 8, 1), None)

    def codes(*neighbours: Neighbour) -> list[str]:
        return said(a.proposition(numero=3, nature=Nature.MODIFICATION), *neighbours)

    assert codes(IN_FORCE) == []
    assert codes(IN_FORCE, later) == ["overlap"]
    assert codes() == ["nothing-to-modify"]
    assert codes(Neighbour(1, State.VALIDE, date(2026, 4, 1), date(2026, 3, 31))) == ["nothing-to-modify"]


def test_weekly_hours_that_are_off_are_refused_unless_they_were_kept() -> None:
    hours = a.draft(weekly_hours={"hours": 15}).weekly_hours

    refuse_weekly_hours(None, None)
    refuse_weekly_hours(hours, hours)
    with pytest.raises(WeeklyHoursOff):
        refuse_weekly_hours(hours, None)


def test_a_request_asked_twice_is_one_request() -> None:
    assert a.draft(requests=("ep", "rappel", "ep")).requests == ("ep", "rappel")
