"""Orders: which edition an event calls for, under which identifier, and what the others are told."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from services.documents.domain.edition import Edition, EditionKind, Order
from shared.events.contracts import CerReadyToSign, CerValidated
from shared.events.documents import EditionFailed, EditionRendered
from tests.builders import documents as build
from tests.builders import events

NOW = datetime(2026, 3, 12, 9, 31, tzinfo=UTC)


def test_each_event_calls_for_its_model() -> None:
    assert Order.to_sign(build.ready_to_sign()).kind is EditionKind.CER_SANS_DECISION
    assert Order.decided(build.validated()).kind is EditionKind.CER_DECISION_VALIDE
    assert Order.decided(build.rejected()).kind is EditionKind.CER_DECISION_NON_VALIDE
    for event, valid in ((build.validated(), True), (build.rejected(), False)):
        letter = Order.notified(event)
        assert (letter.kind, letter.valid) == (EditionKind.NOTIFICATION_DECISION, valid)


def test_an_order_that_was_queued_before_the_letters_existed_is_still_read() -> None:
    stored = Order.decided(events.sample(CerValidated)).model_dump(mode="json")
    del stored["favourable"]
    assert Order.model_validate(stored).valid


def test_a_cer_signed_by_sms_has_its_signed_pdf_and_one_by_the_check_box_an_edition_of_its_submission() -> None:
    assert Order.submitted(build.submitted(accord_origin="sms")) is None
    order = Order.submitted(build.submitted(submission=2))
    assert order is not None
    assert (order.kind, order.attempt, order.submission) == (EditionKind.CER_SANS_DECISION, None, 2)


def test_the_same_event_gives_the_same_edition() -> None:
    assert Order.to_sign(build.ready_to_sign()).edition_id == Order.to_sign(build.ready_to_sign()).edition_id


def test_another_occasion_gives_another_edition() -> None:
    orders = [
        Order.to_sign(build.ready_to_sign()),
        Order.to_sign(build.ready_to_sign(attempt=2)),
        Order.to_sign(build.ready_to_sign(revision=9)),
        Order.decided(build.validated()),
        Order.decided(build.rejected()),
        Order.decided(build.rejected(submission=2)),
    ]
    assert len({order.edition_id for order in orders}) == len(orders)


def test_the_decision_is_dated_in_paris() -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert Order.decided(build.validated(decided_at=late)).decided_on == date(2026, 7, 1)


def test_an_order_waits_as_json_with_its_blocks_sealed() -> None:
    order = Order.decided(events.sample(CerValidated))
    stored = order.model_dump(mode="json")
    assert stored["identity"] == events.token("identity")
    assert stored["decision"] == events.token("decision")
    assert Order.model_validate(stored) == order


def test_an_open_block_never_waits() -> None:
    with pytest.raises(Exception, match="sealer"):
        Order.to_sign(build.ready_to_sign()).model_dump(mode="json")


def test_a_rendered_edition_passes_the_sealed_blocks_on() -> None:
    order = Order.to_sign(events.sample(CerReadyToSign))
    event = Edition(order, NOW, document=events.file_ref("documents/x.pdf"), pages=2, fingerprint="f").event()
    assert isinstance(event, EditionRendered)
    assert (event.aggregate_version, event.attempt, event.submission, event.pages) == (1, 1, None, 2)
    assert (event.identity, event.referent) == (order.identity, order.referent)


def test_a_failed_edition_says_its_code() -> None:
    event = Edition(Order.decided(events.sample(CerValidated)), NOW, failure="render-timeout").event()
    assert isinstance(event, EditionFailed)
    assert (event.code, event.kind, event.attempt, event.submission) == (
        "render-timeout", "cer_decision_valide", None, 1,
    )  # fmt: skip


def test_an_order_has_a_known_model() -> None:
    stored = Order.decided(events.sample(CerValidated)).model_dump(mode="json")
    with pytest.raises(ValidationError):
        Order.model_validate(stored | {"kind": "cer_vierge"})
