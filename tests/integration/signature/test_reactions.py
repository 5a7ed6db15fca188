"""The halves in either order, redelivered, out of order, after their attempt went by."""

import pytest
from sqlalchemy import text

from services.signature.domain.values import request_id
from shared.events.blocks import Identity, Reason
from shared.events.contracts import CerReopened, CerSigningCancelled
from shared.events.documents import EditionFailed
from shared.events.envelope import Event
from shared.events.sealed import Sealed
from shared.events.signature import SignatureFailed, SignatureOpened, SignatureVoided
from shared.kernel.ids import new_id
from tests.builders import events
from tests.builders.signature import DEADLINE, NOW
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration


def cancelled(signature: Signature, attempt: int = 1) -> Event:
    return events.sample(CerSigningCancelled, **signature.sealed_blocks(), attempt=attempt)


def reopened(signature: Signature, attempt: int = 1) -> Event:
    reason: Sealed[Reason] = Sealed(token=signature.keys.seal(events.reason()))
    return events.sample(CerReopened, **signature.sealed_blocks(), attempt=attempt, reason=reason)


def failed(signature: Signature, **changes: object) -> Event:
    return events.sample(EditionFailed, **(signature.sealed_blocks() | changes))


async def halves_waiting(signature: Signature) -> int:
    async with signature.means.database.read() as session:
        return int((await session.execute(text("SELECT count(*) FROM inbox WHERE ending = 'waiting'"))).scalar_one())


async def signed(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.post("signature", {"code": signature.phone.code})
    await signature.worker.work_once()


@pytest.mark.parametrize("edition_first", [False, True])
async def test_the_halves_open_the_request_in_either_order(signature: Signature, edition_first: bool) -> None:
    halves: list[Event] = [signature.ready(), await signature.rendered()]
    first, second = reversed(halves) if edition_first else halves

    assert await signature.hear(first) == "waiting"
    assert await signature.told() == []
    assert await halves_waiting(signature) == 1
    assert await signature.hear(second) == "done"
    assert await halves_waiting(signature) == 0
    (told,) = await signature.told()
    assert isinstance(told, SignatureOpened)
    assert (told.attempt, told.aggregate_version) == (1, 1)
    assert NOW < told.expires_at <= DEADLINE
    assert (await signature.view())["state"] == "opened"


async def test_a_redelivered_half_takes_effect_once(signature: Signature) -> None:
    ready_id, rendered_id = new_id(), new_id()
    assert await signature.hear(signature.ready(), ready_id) == "waiting"
    assert await signature.hear(signature.ready(), ready_id) == "seen"
    assert await signature.hear(await signature.rendered(), rendered_id) == "done"
    assert await signature.hear(await signature.rendered(), rendered_id) == "seen"

    assert await signature.told_names() == ["SignatureOpened"]


async def test_a_half_that_is_told_again_is_stale(signature: Signature) -> None:
    await signature.open()

    assert await signature.hear(signature.ready()) == "stale"
    assert await signature.hear(await signature.rendered()) == "stale"
    assert await signature.told_names() == ["SignatureOpened"]


async def test_other_editions_are_none_of_its_business(signature: Signature) -> None:
    decided = await signature.rendered(kind="cer_decision_valide", attempt=None, submission=1)

    assert await signature.hear(decided) == "done"
    assert await signature.hear(failed(signature, kind="cer_decision_valide", attempt=None)) == "done"
    assert (await signature.get(f"/signatures?cer_id={events.CER_ID}")).json()["signatures"] == []


async def test_a_cancellation_ends_what_is_under_way(signature: Signature) -> None:
    await signature.open_and_send()

    assert await signature.hear(cancelled(signature)) == "done"
    told = (await signature.told())[-1]
    assert isinstance(told, SignatureVoided)
    assert told.code == "cancelled"
    answer = await signature.post("signature", {"code": signature.phone.code})
    assert answer.status_code == 409
    assert (await signature.view())["state"] == "voided"


async def test_the_edition_of_a_cancelled_attempt_is_stale(signature: Signature) -> None:
    assert await signature.hear(signature.ready()) == "waiting"
    assert await signature.hear(cancelled(signature)) == "done"

    assert await halves_waiting(signature) == 0
    assert await signature.hear(await signature.rendered()) == "stale"
    assert await signature.told_names() == ["SignatureVoided"]


async def test_a_cancellation_that_comes_first_makes_both_halves_stale(signature: Signature) -> None:
    assert await signature.hear(cancelled(signature)) == "done"
    assert await signature.hear(cancelled(signature)) == "stale"

    assert await signature.hear(signature.ready()) == "stale"
    assert await signature.hear(await signature.rendered()) == "stale"
    assert await signature.told_names() == ["SignatureVoided"]


async def test_a_new_attempt_supersedes_the_one_before(signature: Signature) -> None:
    await signature.open()
    await signature.open(attempt=2)

    told = await signature.told()
    assert [(event.name(), event.attempt) for event in told] == [
        ("SignatureOpened", 1),
        ("SignatureVoided", 1),
        ("SignatureOpened", 2),
    ]
    assert told[1].code == "superseded"
    assert await signature.hear(signature.ready()) == "stale"
    assert await signature.hear(await signature.rendered()) == "stale"
    assert (await signature.view(request_id(events.CER_ID, 2)))["state"] == "opened"


async def test_a_superseded_half_waits_no_more(signature: Signature) -> None:
    assert await signature.hear(signature.ready()) == "waiting"
    assert await signature.hear(signature.ready(attempt=2)) == "waiting"

    assert await halves_waiting(signature) == 1


async def test_a_reopening_voids_the_signature(signature: Signature) -> None:
    await signed(signature)

    assert await signature.hear(reopened(signature)) == "done"
    told = await signature.told()
    assert [event.name() for event in told] == ["SignatureOpened", "SignatureCompleted", "SignatureVoided"]
    assert [event.aggregate_version for event in told] == [1, 2, 3]
    assert told[-1].code == "reopened"
    assert await signature.hear(reopened(signature)) == "stale"


async def test_a_cancellation_that_crosses_the_completion_voids_it(signature: Signature) -> None:
    await signed(signature)

    assert await signature.hear(cancelled(signature)) == "done"
    told = (await signature.told())[-1]
    assert isinstance(told, SignatureVoided)
    # The person was sent the signed PDF meanwhile: notifications must hear of it.
    assert (told.code, told.was_completed) == ("cancelled", True)


async def test_a_cancellation_while_the_seal_is_made_leaves_no_completion(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.post("signature", {"code": signature.phone.code})
    assert await signature.hear(cancelled(signature)) == "done"

    assert await signature.worker.work_once()
    assert await signature.told_names() == ["SignatureOpened", "SignatureVoided"]
    assert (await signature.view())["state"] == "voided"
    told = (await signature.told())[-1]
    assert isinstance(told, SignatureVoided)
    assert not told.was_completed


@pytest.mark.parametrize("failure_first", [False, True])
async def test_an_edition_that_failed_ends_the_attempt_without_a_word(
    signature: Signature, failure_first: bool
) -> None:
    halves: list[Event] = [signature.ready(), failed(signature)]
    endings = [await signature.hear(event) for event in (reversed(halves) if failure_first else halves)]

    assert endings == (["done", "stale"] if failure_first else ["waiting", "done"])
    assert await halves_waiting(signature) == 0
    assert await signature.told() == []
    view = await signature.view()
    assert view["state"] == "failed"
    assert "document" in view["what_next"]


async def test_an_edition_cannot_fail_once_it_was_rendered(signature: Signature) -> None:
    await signature.open()

    assert await signature.hear(failed(signature)) == "parked"
    assert (await signature.view())["state"] == "opened"


@pytest.mark.parametrize(
    ("phone", "is_agents", "code"),
    [
        ("+33475001122", False, "phone-not-french"),
        (None, False, "phone-missing"),
        ("+33639980001", True, "phone-is-agents"),
    ],
)
async def test_a_number_that_cannot_serve_ends_the_attempt(
    signature: Signature, phone: str | None, is_agents: bool, code: str
) -> None:
    person: Sealed[Identity] = Sealed(token=signature.keys.seal(events.identity(telephone=phone)))
    await signature.open(identity=person, phone_is_agents=is_agents)

    (told,) = await signature.told()
    assert isinstance(told, SignatureFailed)
    assert told.code == code


async def test_the_number_is_that_of_contracts_whatever_the_edition_carried(signature: Signature) -> None:
    older: Sealed[Identity] = Sealed(token=signature.keys.seal(events.identity(telephone="+33639980099")))
    assert await signature.hear(await signature.rendered(identity=older)) == "waiting"
    assert await signature.hear(signature.ready()) == "done"

    assert (await signature.view())["phone_masked"] == "06 •• •• •• 01"
