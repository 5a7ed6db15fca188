"""However an attempt ends, it says in French what happened and what can be done, and the next one opens."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.signature.domain.values import request_id
from shared.events.contracts import CerReadyToSign, CerReopened, CerSigningCancelled
from shared.events.documents import EditionFailed
from shared.sms.outcome import SmsFault, SmsOutcome, SmsStatus
from tests.builders import events
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration

Way = Callable[[Signature], Awaitable[object]]
SECOND = request_id(events.CER_ID, 2)


async def refused_by_the_person(signature: Signature) -> None:
    await signature.open()
    await signature.post("refusal", {})


async def expired(signature: Signature) -> None:
    await signature.open_and_send()
    signature.clock.instant += timedelta(hours=24)
    assert await signature.expire() == 1


async def locked(signature: Signature) -> None:
    await signature.open_and_send()
    for wrong in signature.phone.other_codes(5):
        await signature.post("signature", {"code": wrong})


async def no_sms(signature: Signature) -> None:
    signature.phone.outcome = SmsOutcome(SmsStatus.FAILED, fault=SmsFault.QUOTA, provider="ovh")
    await signature.open_and_send()
    assert "crédit de SMS" in (await signature.view())["codes"][0]["advice"]
    await signature.send_code()
    await signature.send_code()
    signature.phone.outcome = SmsOutcome(SmsStatus.SENT, "receipt-2", provider="ovh")


async def cancelled(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.hear(events.sample(CerSigningCancelled, **signature.sealed_blocks()))


async def without_edition(signature: Signature) -> None:
    await signature.hear(signature.ready())
    await signature.hear(events.sample(EditionFailed, **signature.sealed_blocks()))


async def with_an_agents_number(signature: Signature) -> None:
    await signature.open(phone_is_agents=True)


async def without_a_mobile(signature: Signature) -> None:
    await signature.open(identity=signature.sealed(events.identity(telephone=None)))


WAYS: dict[Way, tuple[str, str]] = {
    refused_by_the_person: ("refused", "refused"),
    expired: ("expired", "expired"),
    locked: ("locked", "too-many-tries"),
    no_sms: ("failed", "sms-unavailable"),
    cancelled: ("voided", "cancelled"),
    without_edition: ("failed", "edition-failed"),
    with_an_agents_number: ("failed", "phone-is-agents"),
    without_a_mobile: ("failed", "phone-missing"),
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_every_end_is_explained_and_the_next_attempt_signs(signature: Signature, way: Way) -> None:
    await way(signature)
    first = await signature.view()
    assert (first["state"], first["ended_because"]) == WAYS[way]
    assert "elancez" in first["what_next"]

    deadline = signature.clock.now() + timedelta(hours=36)
    await signature.open(attempt=2, deadline=deadline)
    await signature.mark_read(SECOND)
    signature.clock.instant += timedelta(seconds=30)
    assert (await signature.post("codes", request_id=SECOND)).status_code == 200
    typed = await signature.post("signature", {"code": signature.phone.code}, request_id=SECOND)
    assert typed.json()["state"] == "signed"
    assert (await signature.view())["state"] == WAYS[way][0]


async def test_a_reopening_that_crosses_the_seal_voids_it_and_the_next_attempt_opens(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.post("signature", {"code": signature.phone.code})
    reason = {"reason": signature.sealed(events.reason())}
    await signature.hear(events.sample(CerReopened, **signature.sealed_blocks(), **reason))
    assert await signature.worker.work_once()

    first = await signature.view()
    assert (first["state"], first["ended_because"], first["sealed_sha256"]) == ("voided", "reopened", None)
    assert await signature.told_names() == ["SignatureOpened", "SignatureVoided"]
    await signature.open(attempt=2)
    assert (await signature.view(SECOND))["state"] == "opened"


async def test_halves_of_an_attempt_gone_by_change_nothing(signature: Signature) -> None:
    await signature.open(attempt=2)

    late = events.sample(
        CerReadyToSign, **signature.sealed_blocks(), attempt=1, deadline=signature.clock.now() + timedelta(hours=1)
    )
    assert await signature.hear(late) == "stale"
    assert await signature.hear(await signature.rendered(attempt=1)) == "stale"
    assert (await signature.view(SECOND))["state"] == "opened"
