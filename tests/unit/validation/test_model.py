"""The study: what each verb changes, tells and refuses."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from services.validation.domain import rules
from services.validation.domain.model import Lacking, Study
from services.validation.domain.states import State
from services.validation.domain.values import Opinion, Outcome, Path
from shared.kernel.errors import ImpossibleMove, RaceLost
from tests.builders.validation import (
    CHEF,
    INSERTION,
    NOW,
    OTHER_CHEF,
    REFERENT,
    RETABLISSEMENT,
    study,
    study_for_decision,
    submitted,
    verdict,
)

LATER = NOW + timedelta(days=2)


def in_commission(opinion: Opinion | None = None) -> Study:
    waiting = study()
    waiting.send_to_commission("ep", "", INSERTION, NOW)
    if opinion is not None:
        waiting.give_opinion(opinion, INSERTION, NOW)
    return waiting


def test_opening_tells_the_submission_and_waits_for_routing() -> None:
    opened, event = Study.open(submitted(priority="urgente"), NOW)
    assert opened.state is State.A_ORIENTER
    assert (event.submission, event.priority, event.aggregate_version) == (1, "urgente", 1)
    assert event.cer_id == opened.cer_id


def test_a_cer_always_has_the_same_study() -> None:
    assert study().id == study().id


def test_versions_follow_one_another_in_events() -> None:
    one = study()
    events = [
        one.send_to_commission("gei", "", INSERTION, NOW),
        one.give_opinion(Opinion.DEFAVORABLE, INSERTION, NOW),
        one.send_to_chef_de_service("Divergence avec la commission.", INSERTION, NOW),
        one.decide(verdict(), CHEF, NOW),
    ]
    assert [event.aggregate_version for event in events] == [2, 3, 4, 5]
    assert one.version == 5
    assert [move.verb for move in one.moves] == [
        "open", "send_to_commission", "give_opinion", "send_to_chef_de_service", "decide",
    ]  # fmt: skip


def test_the_decision_is_told_with_its_words_and_its_author() -> None:
    one = study_for_decision()
    event = one.decide(verdict(), CHEF, LATER)
    assert (event.outcome, event.path, event.decided_at, event.decided_by) == (
        "valide", "chef_de_service", LATER, CHEF.agent_id,
    )  # fmt: skip
    assert event.decision.block is not None
    assert event.decision.block.note_referent == "Voir la Mission locale."
    assert event.decider.block == CHEF
    assert one.state is State.DECIDE
    assert one.decision is not None
    assert (one.decision.path, one.decision.submission) == (Path.CHEF_DE_SERVICE, 1)


def test_a_second_decision_is_refused_by_name_and_changes_nothing() -> None:
    one = study_for_decision()
    one.decide(verdict(), CHEF, NOW)
    with pytest.raises(rules.AlreadyDecided) as refusal:
        one.decide(verdict(Outcome.NON_VALIDE), OTHER_CHEF, LATER)
    assert refusal.value.code == "already-decided"
    assert one.decision is not None
    assert one.decision.outcome is Outcome.VALIDE


@pytest.mark.parametrize(
    "act",
    [
        lambda one: one.send_to_commission("ep", "motif", INSERTION, LATER),
        lambda one: one.send_to_chef_de_service("motif", INSERTION, LATER),
        lambda one: one.return_for_complement("motif", Lacking(), INSERTION, LATER),
        lambda one: one.give_opinion(Opinion.FAVORABLE, INSERTION, LATER),
        lambda one: one.record_outcome(verdict(), INSERTION, LATER),
        lambda one: one.resume(submitted(submission=2), LATER),
        lambda one: one.check_seen(one.version),
    ],
)
def test_nothing_moves_a_decided_study(act: Callable[[Study], object]) -> None:
    one = study_for_decision()
    one.decide(verdict(), CHEF, NOW)
    version = one.version
    with pytest.raises(rules.AlreadyDecided):
        act(one)
    assert (one.version, one.state, one.since) == (version, State.DECIDE, NOW)


def test_whoever_wrote_the_cer_neither_decides_nor_records_its_outcome() -> None:
    with pytest.raises(rules.AuthorCannotDecide):
        study_for_decision().decide(verdict(), REFERENT, NOW)
    with pytest.raises(rules.AuthorCannotDecide):
        in_commission(Opinion.FAVORABLE).record_outcome(verdict(), REFERENT, NOW)


@pytest.mark.parametrize("comment", ["", "   \n"])
def test_a_refusal_without_comment_is_refused(comment: str) -> None:
    one = study_for_decision()
    with pytest.raises(rules.CommentRequired) as refusal:
        one.decide(verdict(Outcome.NON_VALIDE, comment=comment), CHEF, NOW)
    assert [problem.field for problem in refusal.value.fields] == ["comment"]
    assert one.state is State.ATTENTE_DECISION
    assert one.decide(verdict(comment=comment), CHEF, NOW).outcome == "valide"


@pytest.mark.parametrize(
    ("opinion", "outcome"), [(Opinion.FAVORABLE, Outcome.VALIDE), (Opinion.DEFAVORABLE, Outcome.NON_VALIDE)]
)
def test_the_outcome_follows_the_opinion(opinion: Opinion, outcome: Outcome) -> None:
    other = next(candidate for candidate in Outcome if candidate is not outcome)
    one = in_commission(opinion)
    with pytest.raises(rules.OutcomeAgainstOpinion):
        one.record_outcome(verdict(other), INSERTION, NOW)
    event = one.record_outcome(verdict(outcome), INSERTION, NOW)
    assert (event.outcome, event.path) == (outcome.value, "commission")


def test_no_outcome_without_opinion() -> None:
    with pytest.raises(rules.OpinionMissing):
        in_commission().record_outcome(verdict(), INSERTION, NOW)


def test_an_opinion_can_be_corrected_until_the_outcome() -> None:
    one = in_commission(Opinion.FAVORABLE)
    assert one.give_opinion(Opinion.DEFAVORABLE, INSERTION, NOW).opinion == "defavorable"
    with pytest.raises(rules.OutcomeAgainstOpinion):
        one.record_outcome(verdict(Outcome.VALIDE), INSERTION, NOW)


def test_a_change_of_path_asks_for_its_reason_and_forgets_the_opinion() -> None:
    one = in_commission(Opinion.DEFAVORABLE)
    with pytest.raises(rules.ReasonRequired):
        one.send_to_chef_de_service(" ", INSERTION, NOW)
    one.send_to_chef_de_service("Éléments nouveaux.", INSERTION, LATER)
    assert (one.opinion, one.commission_kind, one.since) == (None, None, LATER)
    with pytest.raises(rules.ReasonRequired):
        one.send_to_commission("gad", "", INSERTION, LATER)


def test_a_return_says_why_and_what_is_missing() -> None:
    one = study()
    with pytest.raises(rules.ReasonRequired):
        one.return_for_complement("", Lacking(("scan",)), INSERTION, NOW)
    lacking = Lacking(("demande de diagnostic",), ("demande_diagnostic", "etapes"))
    event = one.return_for_complement("Pièce absente.", lacking, INSERTION, NOW)
    assert event.reason.block is not None
    assert event.reason.block.missing == ("demande de diagnostic",)
    assert one.moves[-1].detail == "demande_diagnostic,etapes"
    assert one.state is State.RETOURNE


def test_a_new_submission_resumes_the_study_with_what_it_says() -> None:
    one = in_commission(Opinion.FAVORABLE)
    one.return_for_complement("Pièce absente.", Lacking(), INSERTION, NOW)
    event = one.resume(submitted(submission=2, territory="sud", priority="urgente", submitted_at=LATER), LATER)
    assert (event.submission, event.territory, event.priority) == (2, "sud", "urgente")
    assert (one.state, one.opinion, one.commission_kind, one.since) == (State.A_ORIENTER, None, None, LATER)


def test_a_submission_of_a_study_that_was_not_returned_is_impossible() -> None:
    with pytest.raises(ImpossibleMove):
        study().resume(submitted(submission=2), LATER)


def test_an_agent_acts_on_what_they_saw() -> None:
    one = study_for_decision()
    one.check_seen(one.version)
    with pytest.raises(RaceLost):
        one.check_seen(one.version - 1)


@pytest.mark.parametrize("chosen", [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)])
def test_the_chef_de_service_arbitrates_between_the_two_dates(chosen: date) -> None:
    event = study_for_decision(**RETABLISSEMENT).decide(verdict(date_debut=chosen), CHEF, NOW)
    assert event.date_debut == chosen


def test_without_arbitration_no_start_is_told() -> None:
    assert study_for_decision(**RETABLISSEMENT).decide(verdict(), CHEF, NOW).date_debut is None


@pytest.mark.parametrize(
    ("submission", "outcome", "chosen"),
    [
        ({}, Outcome.VALIDE, date(2026, 3, 1)),
        (RETABLISSEMENT, Outcome.VALIDE, date(2025, 12, 31)),
        (RETABLISSEMENT, Outcome.VALIDE, date(2026, 3, 2)),
        (RETABLISSEMENT, Outcome.NON_VALIDE, date(2026, 2, 1)),
    ],
)
def test_no_other_start_can_be_decided(submission: dict[str, date], outcome: Outcome, chosen: date) -> None:
    one = study_for_decision(**submission)
    with pytest.raises(rules.ArbitrationImpossible):
        one.decide(verdict(outcome, date_debut=chosen), CHEF, NOW)
    assert one.state is State.ATTENTE_DECISION


def test_a_commission_does_not_arbitrate_a_start() -> None:
    with pytest.raises(rules.ArbitrationImpossible):
        in_commission(Opinion.FAVORABLE).record_outcome(verdict(date_debut=date(2026, 3, 1)), INSERTION, NOW)


@pytest.mark.parametrize("state", [study, in_commission, study_for_decision])
def test_a_study_is_returned_from_wherever_it_stands(state: Callable[[], Study]) -> None:
    one = state()

    one.return_for_complement("Pièce absente.", Lacking(), INSERTION, LATER)

    assert (one.state, one.since) == (State.RETOURNE, LATER)


def test_whoever_wrote_a_part_of_the_cer_never_decides_it() -> None:
    one = study_for_decision(author_ids=(CHEF.agent_id, "agent-x"))

    for author in (CHEF, REFERENT):
        with pytest.raises(rules.AuthorCannotDecide):
            one.decide(verdict(), author, LATER)
    assert one.decide(verdict(), OTHER_CHEF, LATER).decided_by == OTHER_CHEF.agent_id
