"""A pièce jointe from state to state: every verb in every state, and what holds a file."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from services.contracts.domain.cers.draft import Etape
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.states import State as CerState
from services.contracts.domain.files.model import INFECTED, Attachment, AttachmentState, Content, Description, Kind
from services.contracts.domain.files.requests import ScannedRequests
from services.contracts.domain.files.rules import REFUSALS, FileHeld, FileNotAvailable
from shared.events.files import FileRef
from shared.kernel.errors import ImpossibleMove, Invalid, Refusal
from tests.builders import contracts as a

REQUEST = Description(Kind.DEMANDE_DIAGNOSTIC, "formation", "Demande signée")
FILE = FileRef(uri="object:contracts/files/x/y", sha256="a" * 64, size=10)
S = AttachmentState


def attachment(state: S = S.EN_ANALYSE, description: Description = REQUEST) -> Attachment:
    return Attachment(
        UUID(int=1), a.DOSSIER_ID, description, Content("application/pdf", FILE), a.act(), state, version=1
    )


Step = Callable[[Attachment], object]
CLEAN: Step = Attachment.clean
INFECT: Step = lambda one: one.refuse(INFECTED)  # noqa: E731
DELAY: Step = lambda one: one.delayed("scanner-away")  # noqa: E731
REMOVE: Step = lambda one: one.remove(a.act("agent-2"), ())  # noqa: E731
DESCRIBE: Step = lambda one: one.describe(Description(Kind.AUTRE), ())  # noqa: E731


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        (S.EN_ANALYSE, CLEAN, S.DISPONIBLE),
        (S.EN_ANALYSE, INFECT, S.REFUSE),
        (S.EN_ANALYSE, DELAY, S.EN_ANALYSE),
        (S.EN_ANALYSE, REMOVE, S.SUPPRIME),
        (S.EN_ANALYSE, DESCRIBE, S.EN_ANALYSE),
        (S.DISPONIBLE, CLEAN, S.DISPONIBLE),
        (S.DISPONIBLE, INFECT, S.DISPONIBLE),
        (S.DISPONIBLE, DELAY, S.DISPONIBLE),
        (S.DISPONIBLE, REMOVE, S.SUPPRIME),
        (S.DISPONIBLE, DESCRIBE, S.DISPONIBLE),
        (S.REFUSE, CLEAN, S.REFUSE),
        (S.REFUSE, INFECT, S.REFUSE),
        (S.REFUSE, DELAY, S.REFUSE),
        (S.REFUSE, REMOVE, S.SUPPRIME),
        (S.REFUSE, DESCRIBE, ImpossibleMove),
        (S.SUPPRIME, CLEAN, S.SUPPRIME),
        (S.SUPPRIME, INFECT, S.SUPPRIME),
        (S.SUPPRIME, DELAY, S.SUPPRIME),
        (S.SUPPRIME, REMOVE, ImpossibleMove),
        (S.SUPPRIME, DESCRIBE, ImpossibleMove),
    ],
)
def test_every_verb_in_every_state(state: S, step: Step, after: S | type[Refusal]) -> None:
    one = attachment(state)

    if isinstance(after, S):
        step(one)
        assert one.state is after
    else:
        with pytest.raises(after):
            step(one)
        assert one.state is state


def test_a_verdict_on_a_file_that_has_one_changes_nothing() -> None:
    assert [attachment(state).clean() for state in S] == [True, False, False, False]
    assert [attachment(state).refuse(INFECTED) for state in S] == [True, False, False, False]


def test_a_deleted_file_says_who_and_when_and_forgets_its_title() -> None:
    one = attachment(S.DISPONIBLE)
    one.remove(a.act("agent-2"), ())

    assert one.removed == a.act("agent-2")
    assert one.description == Description(Kind.DEMANDE_DIAGNOSTIC, "formation")


def test_only_what_was_scanned_can_be_opened() -> None:
    attachment(S.DISPONIBLE).refuse_unless_available()
    for state in set(S) - {S.DISPONIBLE}:
        with pytest.raises(FileNotAvailable):
            attachment(state).refuse_unless_available()


def mobilising(state: CerState) -> Cer:
    """A CER whose objective mobilises the diagnostic, submitted on the day on which the file was added."""
    cer = a.in_state(state)
    cer.draft = a.draft(objectives=(a.objective(diagnostics=("formation",), etapes=(Etape(label="Demander"),)),))
    return cer


@pytest.mark.parametrize("state", CerState)
def test_a_request_is_held_while_a_cer_that_mobilises_its_diagnostic_is_no_proposition(state: CerState) -> None:
    one = attachment(S.DISPONIBLE)

    if state in {CerState.PROPOSITION, CerState.SUPPRIME}:
        one.remove(a.act(), [mobilising(state)])
    else:
        with pytest.raises(FileHeld):
            one.remove(a.act(), [mobilising(state)])


def test_a_request_that_came_after_the_submission_is_held_by_nothing() -> None:
    late = attachment(S.DISPONIBLE)
    late.added = a.act(at=a.NOW + timedelta(minutes=1))

    late.remove(a.act(), [mobilising(CerState.SOUMIS_A_ETUDE)])


def test_a_file_of_any_kind_is_held_by_the_cer_that_it_is_tied_to() -> None:
    tied = attachment(S.DISPONIBLE, Description(Kind.JUSTIFICATIF, cer_id=a.CER_ID))
    free = attachment(S.DISPONIBLE, Description(Kind.JUSTIFICATIF))

    with pytest.raises(FileHeld):
        tied.describe(Description(Kind.AUTRE), [a.submitted()])
    free.remove(a.act(), [a.submitted()])


def test_a_refused_file_that_a_submitted_cer_names_can_still_be_taken_away() -> None:
    one = attachment(S.REFUSE, Description(Kind.JUSTIFICATIF, cer_id=a.CER_ID))

    one.remove(a.act(), [a.submitted()])

    assert one.state is S.SUPPRIME


@pytest.mark.parametrize(
    ("description", "field"),
    [
        (Description(Kind.DEMANDE_DIAGNOSTIC), "diagnostic"),
        (Description(Kind.DEMANDE_DIAGNOSTIC, "voyance"), "diagnostic"),
        (Description(Kind.IDENTITE, "formation"), "diagnostic"),
        (Description(Kind.IDENTITE, cer_id=UUID(int=9)), "cer_id"),
    ],
)
def test_a_description_that_cannot_be_is_refused_with_its_field(description: Description, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        description.check(["formation"], [a.proposition()])

    assert [problem.field for problem in refused.value.fields] == [field]


def test_a_name_to_save_a_file_under_tells_what_it_is_and_nobodys_name() -> None:
    assert attachment().filename == "demande-diagnostic-formation-00000001.pdf"


def test_requests_that_are_not_there_or_not_yet_are_told_apart() -> None:
    known = ScannedRequests(frozenset({"formation"}), frozenset({"regain"}))
    told = [
        known.missing("objectives.0.diagnostics", code, "Diagnostic")
        for code in ("formation", "regain", "creation_activite")
    ]

    assert [problem and problem.code for problem in told] == [None, "request-in-analysis", "request-missing"]


def test_every_refusal_of_a_content_says_what_to_do() -> None:
    assert all(":" in detail and detail.endswith(".") for _, detail in REFUSALS.values())
    assert {kind.status for kind, _ in REFUSALS.values()} == {415, 422}
