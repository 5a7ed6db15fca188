"""What the référent writes: completeness, freeze, accord, note."""

from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from services.contracts.domain.cers.accord import Accord, Tick, after_revision
from services.contracts.domain.cers.draft import Draft, Etape, Nature, WeeklyHours
from services.contracts.domain.cers.facts import content
from services.contracts.domain.cers.model import Cer, Written
from services.contracts.domain.cers.note import Note
from services.contracts.domain.cers.pinned import Pinned
from services.contracts.domain.cers.rules import (
    AccordAlreadyGiven,
    CerFrozen,
    IncompleteCer,
    MobileMissing,
    SignatureUnderWay,
)
from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import State
from shared.events.contracts import CerCreated, CerDeleted, CerReadyToSign, CerReopened, CerSubmitted
from shared.kernel.errors import Invalid
from tests.builders import contracts as a


def empty() -> Draft:
    return Draft(numero=1, nature=Nature.PREMIER)


def test_a_draft_may_hold_next_to_nothing() -> None:
    cer, event = Cer.create(a.CER_ID, a.DOSSIER_ID, Written(empty()), a.act(), a.party())

    assert isinstance(event, CerCreated)
    assert (cer.state, cer.accord, event.revision, event.aggregate_version) == (State.PROPOSITION, Accord.NC, 1, 1)


def test_signing_tells_all_that_is_missing_at_once() -> None:
    cer = a.proposition()
    cer.draft = empty().model_copy(update={"objectives": (a.objective(theme=None, person_does=""),)})

    with pytest.raises(IncompleteCer) as refused:
        cer.prepare_signature(a.MOBILE, a.NO_FLAGS, a.DEADLINE, a.act(), a.party())

    assert [problem.field for problem in refused.value.fields] == [
        "date_signature",
        "date_debut",
        "situation",
        "evaluation",
        "expression",
        "objectives.0.theme",
        "objectives.0.person_does",
    ]
    assert cer.signing.state is SigningState.NONE


def test_submitting_asks_for_the_accord_and_the_priorite_too() -> None:
    cer = a.proposition(priority=None, objectives=(), expression="")

    with pytest.raises(IncompleteCer) as refused:
        cer.submit(a.act(), a.party(), a.REQUESTS)

    assert {problem.field: problem.code for problem in refused.value.fields} == {
        "objectives": "missing",
        "expression": "missing",
        "priority": "missing",
        "accord": "accord-nc",
    }
    assert (cer.state, cer.submission) == (State.PROPOSITION, 0)


def test_a_cer_can_be_signed_without_its_priorite() -> None:
    cer = a.proposition(priority=None)

    (event,) = cer.prepare_signature(a.MOBILE, a.NO_FLAGS, a.DEADLINE, a.act(), a.party())

    assert isinstance(event, CerReadyToSign)
    assert (event.attempt, event.deadline, event.revision) == (1, a.DEADLINE, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"objectives": (a.objective(diagnostics=("regain",)),)}, "objectives.0.etapes"),
        ({"objectives": (a.objective(etapes=(Etape(),)),)}, "objectives.0.etapes.0.label"),
        ({"objectives": (a.objective(), a.objective(referent_does=""))}, "objectives.1.referent_does"),
        ({"weekly_hours": WeeklyHours(hours=8)}, "weekly_hours.ground"),
        ({"situation": " \n\x00"}, "situation"),
    ],
)
def test_what_is_incomplete_is_named_by_its_path(changes: dict[str, Any], field: str) -> None:
    cer = a.proposition(Tick.OUI, **changes)

    with pytest.raises(IncompleteCer) as refused:
        cer.submit(a.act(), a.party(), a.REQUESTS)

    assert [problem.field for problem in refused.value.fields] == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"priority": "tres_urgente"}, "priority"),
        ({"requests": ("commission", "jury")}, "requests"),
        ({"objectives": (a.objective(theme="voyage"),)}, "objectives.0.theme"),
        ({"objectives": (a.objective(diagnostics=("voyance",)),)}, "objectives.0.diagnostics"),
    ],
)
def test_a_code_that_the_list_does_not_hold_is_refused_even_in_a_draft(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        a.proposition(**changes)

    assert [problem.field for problem in refused.value.fields] == [field]


@pytest.mark.parametrize("field", ["situation", "evaluation", "expression"])
def test_a_text_holds_twenty_thousand_characters_and_no_more(field: str) -> None:
    assert len(getattr(a.draft(**{field: "é" * 20_000}), field)) == 20_000
    with pytest.raises(ValidationError, match="20000"):
        a.draft(**{field: "é" * 20_001})


def test_texts_lose_control_characters_and_keep_their_lines() -> None:
    assert a.draft(situation="  Une\r\nligne\x00\x07.\t ").situation == "Une\nligne."


def test_an_autosave_emits_nothing_and_counts_revisions_of_what_is_shown() -> None:
    cer = a.proposition()

    assert cer.revise(a.written(priority="urgente", requests=("ep",)), a.act(), a.reference())
    assert cer.revision == 1
    assert cer.revise(a.written(priority="urgente", situation="Autre."), a.act(), a.reference())
    assert cer.revision == 2
    assert not cer.revise(a.written(priority="urgente", situation="Autre."), a.act(), a.reference())
    assert [line.details["changed"] for line in cer.moves] == [["requests", "priority"], ["requests", "situation"]]


@pytest.mark.parametrize(("kept", "tick", "shown_changed"), list(product(Accord, Tick, [False, True])))
def test_the_accord_after_a_save(kept: Accord, tick: Tick, shown_changed: bool) -> None:
    accord = after_revision(kept, tick, shown_changed=shown_changed)

    if tick.value != kept.value_shown:
        assert accord is {Tick.OUI: Accord.OUI_CASE, Tick.NC: Accord.NC, Tick.NON: Accord.NON_CASE}[tick]
    elif shown_changed:
        assert accord is Accord.NC
    else:
        assert accord is kept


def test_a_change_of_the_text_puts_a_ticked_accord_back_to_nc() -> None:
    cer = a.proposition(Tick.OUI)

    cer.revise(a.written(Tick.OUI, priority="urgente"), a.act(), a.reference())
    assert cer.accord.value == "oui_case"
    cer.revise(a.written(Tick.OUI, priority="urgente", expression="Autre chose."), a.act(), a.reference())
    assert cer.accord.value == "nc"


def test_a_non_can_be_submitted() -> None:
    (event,) = a.proposition(Tick.NON).submit(a.act(), a.party(), a.REQUESTS)

    assert isinstance(event, CerSubmitted)
    assert (event.accord, event.accord_origin, event.submission) == ("non", "case", 1)


def test_an_accord_by_check_box_excludes_the_signature_by_sms() -> None:
    with pytest.raises(AccordAlreadyGiven):
        a.proposition(Tick.OUI).prepare_signature(a.MOBILE, a.NO_FLAGS, a.DEADLINE, a.act(), a.party())


def test_a_signature_by_sms_asks_for_a_mobile() -> None:
    with pytest.raises(MobileMissing):
        a.proposition().prepare_signature(None, a.NO_FLAGS, a.DEADLINE, a.act(), a.party())


@pytest.mark.parametrize("state", [SigningState.PREPARING, SigningState.OPEN])
def test_while_the_person_is_about_to_sign_what_is_shown_and_the_check_box_are_refused(state: SigningState) -> None:
    cer = a.in_signing_state(state)

    with pytest.raises(SignatureUnderWay):
        cer.revise(a.written(situation="Autre."), a.act(), a.reference())
    with pytest.raises(SignatureUnderWay):
        cer.revise(a.written(Tick.OUI), a.act(), a.reference())
    with pytest.raises(SignatureUnderWay):
        cer.submit(a.act(), a.party(), a.REQUESTS)
    with pytest.raises(SignatureUnderWay):
        cer.delete(a.act(), a.party())


def test_a_signed_cer_keeps_only_what_the_edition_does_not_show_open() -> None:
    cer = a.signed(priority=None)

    with pytest.raises(CerFrozen):
        cer.revise(a.written(Tick.OUI, priority=None, expression="Autre."), a.act(), a.reference())
    with pytest.raises(CerFrozen):
        cer.revise(a.written(Tick.NON, priority=None), a.act(), a.reference())
    with pytest.raises(CerFrozen):
        cer.delete(a.act(), a.party())
    assert cer.revise(
        a.written(Tick.OUI, "À rappeler.", priority="urgente", dernier_contrat=True), a.act(), a.reference()
    )
    assert (cer.accord, cer.revision) == (Accord.OUI_SMS, 1)


def test_reopening_voids_the_signature_and_the_next_attempt_has_its_own_number() -> None:
    cer = a.signed()

    (event,) = cer.reopen("La date était fausse.", a.act(), a.party())

    assert isinstance(event, CerReopened)
    assert event.attempt == 1
    assert (cer.accord, cer.proof, cer.signing.ending) == (Accord.NC, None, "reopened")
    assert cer.revise(a.written(situation="Autre."), a.act(), a.reference())
    cer.prepare_signature(a.MOBILE, a.NO_FLAGS, a.DEADLINE, a.act(), a.party())
    assert cer.signing.attempt == 2


def test_a_refusal_by_the_person_leaves_nc_and_says_so() -> None:
    cer = a.opened()

    cer.signature_ended("refused", a.act("service:signature"))

    assert (cer.accord, cer.signing.ending, cer.signing.state) == (Accord.NC, "refused", SigningState.NONE)
    assert cer.revise(a.written(situation="Autre."), a.act(), a.reference())


def test_a_deletion_leaves_a_trace_and_no_text() -> None:
    cer = a.proposition(note="Une note.")

    (event,) = cer.delete(a.act(), a.party())

    assert isinstance(event, CerDeleted)
    assert (cer.draft.situation, cer.draft.objectives, cer.note.text) == ("", (), "")
    assert cer.moves[-1].verb == "delete"


def test_the_note_keeps_its_author_and_is_not_erased_by_those_who_cannot_read_it() -> None:
    cer = a.proposition(note="Ne pas divulguer.")

    assert cer.note.author_id == a.REFERENT
    assert not cer.revise(a.written(note=None), a.act("agent-other"), a.reference())
    assert cer.note.text == "Ne pas divulguer."
    cer.revise(a.written(note=""), a.act("agent-other"), a.reference())
    assert cer.note == Note()


def test_the_note_is_in_no_event_and_no_content() -> None:
    cer = a.proposition(Tick.OUI, note="CANARI-NOTE", requests=("rappel",))
    (event,) = cer.submit(a.act(), a.party(), a.REQUESTS)

    class Plain:
        def seal(self, block: object) -> str:
            return repr(block)

    assert b"CANARI" not in event.to_json(Plain())
    assert "CANARI" not in content(cer.draft, cer.accord, Pinned.of(cer.draft, a.reference())).model_dump_json()


def test_the_content_shows_neither_commentaire_nor_priorite() -> None:
    cer = a.proposition(requests=("ep",), priority="situation_sensible")

    shown = content(cer.draft, cer.accord, Pinned.of(cer.draft, a.reference())).model_dump_json()

    assert "sensible" not in shown
    assert '"ep"' not in shown
