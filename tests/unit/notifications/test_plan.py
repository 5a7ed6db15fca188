"""Who is told what by which event, and what a message keeps."""

import pytest

from services.notifications.domain.catalog import CATALOG
from services.notifications.domain.occasion import Trigger
from services.notifications.domain.plan import PLAN, SIGNED_BY_LINK, notices
from services.notifications.domain.sitting import CANCELLED, CONVENED, MOVED
from shared.events.documents import EditionRendered
from shared.events.envelope import Event
from shared.events.signature import SignatureCompleted, SignatureVoided
from tests.builders.events import sample
from tests.builders.notifications import TOLD, message_of

SITTINGS = {CONVENED, MOVED, CANCELLED}
CASES = [pytest.param(event, told, id=f"{event.name()}-{number}") for number, (event, told) in enumerate(TOLD)]


@pytest.mark.parametrize(("event", "told"), CASES)
def test_each_event_triggers_its_messages(event: Event, told: list[tuple[str, str]]) -> None:
    assert [(notice.template, notice.audience.value) for notice in notices(event)] == told


def test_no_event_and_no_message_is_left_out() -> None:
    assert {type(event) for event, _ in TOLD} == set(PLAN)
    ordered = {"etude_agee_service", "renouvellement_referent", "convocation_personne", "rappel_personne"}
    # In the place of another, where the site chose it; and what members of commissions are told.
    ordered |= {SIGNED_BY_LINK, *SITTINGS}
    assert {template for _, told in TOLD for template, _ in told} == set(CATALOG) - ordered
    assert {audience for _, told in TOLD for _, audience in told} == {"person", "referent", "service_insertion"}


@pytest.mark.parametrize(("event", "told"), CASES)
def test_only_the_person_receives_a_document_and_only_their_message_keeps_their_identity(
    event: Trigger, told: list[tuple[str, str]]
) -> None:
    for notice in notices(event):
        message = message_of(event, notice)
        if notice.audience != "person":
            assert (message.identity, message.attachment) == (None, None)
        else:
            assert message.identity is event.identity


def test_the_signed_cer_and_the_decision_are_attached_under_plain_names() -> None:
    signed = notices(sample(SignatureCompleted, numero=4))[1].attachment
    assert signed is not None
    assert (signed.name, signed.file) == ("CER-4-signe.pdf", sample(SignatureCompleted).document)
    decided = notices(sample(EditionRendered, kind="cer_decision_valide", numero=4))[0].attachment
    assert decided is not None
    assert decided.name == "CER-4-decision.pdf"


def test_the_same_event_always_makes_the_same_messages() -> None:
    first, again = (
        [message_of(event, notice).id for event, _ in TOLD if isinstance(event, Trigger) for notice in notices(event)]
        for _ in range(2)
    )
    assert first == again
    # Two voidings of the same version differ by nothing that could happen; all others have their own messages.
    assert len(set(first)) == len({(type(e), e.subject, t) for e, told in TOLD for t in told})


def test_another_version_of_the_aggregate_makes_other_messages() -> None:
    one, two = (message_of(sample(SignatureVoided, aggregate_version=version)) for version in (3, 5))
    assert one.id != two.id
