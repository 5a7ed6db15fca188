"""The limits hold whoever comes at once, and nothing is sent or counted twice."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.signature.application.commands import codes
from services.signature.application.commands.means import Order
from services.signature.domain.values import request_id
from shared.events.signature import SignatureExpired, SignatureFailed
from shared.kernel.ids import derived_id
from shared.sms.outcome import SmsOutcome, SmsStatus
from tests.builders import events
from tests.builders.signature import ATTEMPT_ID, DEADLINE, referent
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration


def problem(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:cer:problem:")


async def tries_judged(signature: Signature) -> int:
    """How many tries were counted: each step is written in the transaction that moves the counter."""
    async with signature.means.database.read() as session:
        steps = await session.execute(text("SELECT count(*) FROM step WHERE verb = 'try_code'"))
        return int(steps.scalar_one())


async def test_of_fifty_guesses_at_once_five_are_judged(signature: Signature) -> None:
    await signature.open_and_send()
    guesses = signature.phone.other_codes(50)

    answers = await asyncio.gather(*(signature.post("signature", {"code": guess}) for guess in guesses))
    named = [problem(answer) for answer in answers]

    assert named.count("wrong-code") == 4
    assert set(named) <= {"wrong-code", "too-many-tries", "impossible-move"}
    assert await tries_judged(signature) == 5
    assert (await signature.view())["state"] == "locked"
    assert problem(await signature.post("signature", {"code": signature.phone.code})) == "impossible-move"
    told = (await signature.told())[-1]
    assert isinstance(told, SignatureFailed)
    assert told.code == "too-many-tries"


async def test_the_right_code_among_many_signs_once_or_not_at_all(signature: Signature) -> None:
    await signature.open_and_send()
    guesses = [*signature.phone.other_codes(3), signature.phone.code, signature.phone.code]

    answers = await asyncio.gather(*(signature.post("signature", {"code": guess}) for guess in guesses))

    assert [answer.status_code for answer in answers].count(200) == 1
    assert (await signature.view())["state"] == "signed"
    async with signature.means.database.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM work"))).scalar_one() == 1


async def test_a_new_code_brings_no_try_back(signature: Signature) -> None:
    await signature.open_and_send()
    for wrong in signature.phone.other_codes(4):
        assert problem(await signature.post("signature", {"code": wrong})) == "wrong-code"
    await signature.send_code()

    assert (await signature.view())["tries_left"] == 1
    (wrong,) = signature.phone.other_codes(1)
    assert problem(await signature.post("signature", {"code": wrong})) == "too-many-tries"
    assert (await signature.view())["state"] == "locked"


async def test_an_older_code_counts_no_more(signature: Signature) -> None:
    await signature.open_and_send()
    older = signature.phone.code
    await signature.send_code()

    if older != signature.phone.code:
        assert problem(await signature.post("signature", {"code": older})) == "wrong-code"
    assert (await signature.post("signature", {"code": signature.phone.code})).json()["state"] == "signed"


async def test_a_repeated_try_is_not_counted_again(signature: Signature) -> None:
    await signature.open_and_send()
    (wrong,) = signature.phone.other_codes(1)
    answers = [await signature.post("signature", {"code": wrong}, key="the-same") for _ in range(3)]

    assert {(problem(answer), answer.json()["detail"]) for answer in answers} == {
        ("wrong-code", answers[0].json()["detail"])
    }
    assert await tries_judged(signature) == 1
    assert problem(await signature.post("signature", {"code": signature.phone.code}, key="the-same")) == (
        "idempotency-key-reused"
    )


async def test_the_right_code_sent_again_is_answered_with_what_it_did(signature: Signature) -> None:
    await signature.open_and_send()
    body = {"code": signature.phone.code}
    first = await signature.post("signature", body, key="the-same")
    again = await signature.post("signature", body, key="the-same")

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["state"] == "signed"


async def test_a_repeated_signer_sends_one_sms(signature: Signature) -> None:
    await signature.open()
    await signature.mark_read()
    answers = await asyncio.gather(*(signature.post("codes", key="the-same") for _ in range(4)))

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(signature.phone.received) == 1
    assert len((await signature.view())["codes"]) == 1


async def test_signer_twice_at_once_sends_one_sms(signature: Signature) -> None:
    await signature.open()
    await signature.mark_read()
    answers = await asyncio.gather(*(signature.post("codes") for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 429, 429, 429, 429]
    assert len(signature.phone.received) == 1


async def test_three_codes_a_request(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.send_code()
    await signature.send_code()
    signature.clock.instant += timedelta(minutes=5)

    assert problem(await signature.post("codes")) == "too-many-codes"
    assert (await signature.view())["codes_left"] == 0


async def open_another(signature: Signature, number: int) -> UUID:
    """A request of another CER of the same person, read to the end."""
    cer_id = derived_id("cer", number)
    await signature.hear(signature.ready(cer_id=cer_id))
    await signature.hear(await signature.rendered(cer_id=cer_id, edition_id=derived_id("edition", number)))
    await signature.mark_read(request_id(cer_id, 1))
    return request_id(cer_id, 1)


async def test_five_codes_a_number_a_day(signature: Signature) -> None:
    requests = [await open_another(signature, number) for number in range(6)]
    answers = await asyncio.gather(*(signature.post("codes", request_id=request) for request in requests))

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [429]
    (last,) = [(answer, request) for answer, request in zip(answers, requests, strict=True) if answer.is_error]
    assert problem(last[0]) == "too-many-codes-number"
    assert len(signature.phone.received) == 5
    # 9 h 30 to the next day in Paris, within the request's own day.
    signature.clock.instant += timedelta(hours=14)
    assert (await signature.post("codes", request_id=last[1])).status_code == 200


async def test_sixty_codes_an_agent_a_day(signature: Signature) -> None:
    await signature.open()
    await signature.mark_read()
    async with signature.means.database.begin() as uow:
        quotas = signature.means.quotas_of(uow)
        day = signature.clock.now().date()
        taken = [await quotas.use("agent", events.REFERENT_ID, day, 60) for _ in range(61)]
    assert taken == [True] * 60 + [False]

    assert problem(await signature.post("codes")) == "too-many-codes-agent"
    assert signature.phone.received == []


@pytest.mark.parametrize("status", [SmsStatus.UNKNOWN, SmsStatus.FAILED])
async def test_an_sms_that_may_not_have_left_is_shown_and_not_sent_again(
    signature: Signature, status: SmsStatus
) -> None:
    signature.phone.outcome = SmsOutcome(status)
    await signature.open_and_send()

    (shown,) = (await signature.view())["codes"]
    assert shown["status"] == status
    assert shown["status_label"] in {"envoi incertain", "non envoyé"}
    assert len(signature.phone.received) == 1


async def test_a_crash_before_the_gateways_answer_leaves_the_code_unknown(signature: Signature) -> None:
    await signature.open()
    await signature.mark_read()
    async with signature.means.database.begin() as uow:
        await codes.make_code(signature.means, uow, Order(ATTEMPT_ID, referent()))

    (shown,) = (await signature.view())["codes"]
    assert shown["status"] == "unknown"


async def test_a_dead_gateway_ends_the_request_after_three_codes(signature: Signature) -> None:
    signature.phone.outcome = SmsOutcome(SmsStatus.FAILED)
    await signature.open_and_send()
    await signature.send_code()
    await signature.send_code()

    view = await signature.view()
    assert (view["state"], view["ended_because"]) == ("failed", "sms-unavailable")
    assert isinstance((await signature.told())[-1], SignatureFailed)


async def test_a_code_is_refused_after_ten_minutes_and_costs_no_try(signature: Signature) -> None:
    await signature.open_and_send()
    signature.clock.instant += timedelta(minutes=10)

    assert problem(await signature.post("signature", {"code": signature.phone.code})) == "code-expired"
    assert (await signature.view())["tries_left"] == 5


async def test_a_request_expires_by_the_clock(signature: Signature) -> None:
    await signature.open_and_send()
    signature.clock.instant = DEADLINE - timedelta(hours=12) - timedelta(seconds=1)
    assert await signature.expire() == 0

    signature.clock.instant += timedelta(seconds=1)
    assert problem(await signature.post("codes")) == "request-expired"
    assert sorted(await asyncio.gather(*(signature.expire() for _ in range(3)))) == [0, 0, 1]
    assert await signature.expire() == 0
    told = (await signature.told())[-1]
    assert isinstance(told, SignatureExpired)
    view = await signature.view()
    assert (view["state"], view["ended_because"]) == ("expired", "expired")


async def test_what_is_signed_no_longer_expires(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.post("signature", {"code": signature.phone.code})
    signature.clock.instant = DEADLINE

    assert await signature.expire() == 0
    assert await signature.worker.work_once()
    assert (await signature.view())["state"] == "completed"
