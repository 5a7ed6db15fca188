"""Webhooks: genuine or not, in any order, any number of times, or never; what Yousign says by its API alone counts."""

import itertools
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.builders.signature import NOW
from tests.fixtures.yousign.account import SignatureRequest, Webhook
from tests.integration.signature.conftest import Signature
from tests.integration.signature.yousign_drive import AtYousign

pytestmark = pytest.mark.integration


async def signed_there(at: AtYousign) -> list[Webhook]:
    """The person has signed; what Yousign tells of it."""
    await at.open()
    at.yousign.account.webhooks.clear()
    await at.yousign.account.sign(at.remote)
    return list(at.yousign.account.webhooks)


async def test_a_webhook_wakes_the_row_at_once(at: AtYousign) -> None:
    told = await signed_there(at)
    assert await at.work() == 0
    assert await at.deliver(*told) == [200, 200]

    assert await at.work() > 0
    assert await at.state() == "completed"


async def test_repeated_and_reordered_they_complete_it_once(at: AtYousign) -> None:
    first, last = await signed_there(at)
    assert await at.deliver(last, last, first) == [200] * 3
    await at.work()
    assert await at.state() == "completed"
    asked = len(at.yousign.calls)
    for order in itertools.permutations((first, last, first)):
        assert await at.deliver(*order) == [200] * 3
        await at.work()

    assert len(at.yousign.calls) == asked
    assert await at.service.told_names() == ["SignatureOpened", "SignatureCompleted"]


async def test_one_that_lies_in_good_faith_changes_nothing(at: AtYousign) -> None:
    """It was sent before what followed, and comes after: the request is read, and it is under way."""
    await at.open()
    told = at.remote.told() | {"status": "done"}
    early = at.yousign.account.webhook("signature_request.done", {"signature_request": told})
    assert await at.deliver(early) == [200]
    await at.work()

    assert await at.state() == "opened"
    assert await at.row() == [("ready", None)]


async def test_without_any_polling_takes_over(at: AtYousign) -> None:
    await signed_there(at)
    await at.later()

    assert await at.state() == "completed"


async def test_one_that_comes_while_the_row_is_in_hand_is_not_lost(at: AtYousign) -> None:
    await at.open()
    read = at.driving.means.provider.read

    async def then_signed(remote_id: str):  # type: ignore[no-untyped-def]
        found = await read(remote_id)
        if at.remote.status == "ongoing":
            await at.yousign.account.sign(at.remote)
            await at.deliver(at.yousign.account.webhooks[-1])
        return found

    at.driving.means.provider.read = then_signed  # type: ignore[method-assign]
    await at.later()

    assert await at.state() == "completed"


async def test_it_is_asked_less_often_as_time_goes_by(at: AtYousign) -> None:
    await at.open()
    for passed in (timedelta(minutes=2), timedelta(hours=20)):
        at.service.clock.instant = NOW + passed
        await at.later()

    assert at.yousign.made("GET", "/signature_requests/[^/]*") == 4
    assert await at.state() == "opened"


SIGNATURE = "X-Yousign-Signature-256"
# What somebody changes of the body, and of the signature; none: no header at all.
FORGED: dict[str, tuple[Callable[[bytes], bytes], Callable[[str], str | None]]] = {
    "another-body": (lambda body: body.replace(b"done", b"DONE"), str),
    "the-same-json-in-other-bytes": (lambda body: json.dumps(json.loads(body)).encode(), str),
    "no-signature": (bytes, lambda _: None),
    "an-empty-signature": (bytes, lambda _: ""),
    "without-its-prefix": (bytes, lambda said: said.removeprefix("sha256=")),
    "in-upper-case": (bytes, lambda said: said.upper()),
    "not-ascii": (bytes, lambda said: said + "\u00e9"),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
async def test_what_yousign_did_not_sign_wakes_nothing(
    at: AtYousign, forged: tuple[Callable[[bytes], bytes], Callable[[str], str | None]]
) -> None:
    _, done = await signed_there(at)
    body, said = forged[0](done.body), forged[1](done.headers[SIGNATURE])
    headers = [(SIGNATURE.encode(), said.encode())] if said is not None else []

    answer = await at.service.client.post("/yousign/webhooks", content=body, headers=headers)
    assert answer.status_code == 401
    assert await at.work() == 0


async def test_another_secret_signs_for_nobody(at: AtYousign) -> None:
    _, done = await signed_there(at)

    assert (await at.post(done.body, at.yousign.account.headers(done.body, "another-secret"))).status_code == 401
    assert await at.work() == 0


async def test_what_is_not_ours_or_tells_nothing_is_taken_and_changes_nothing(at: AtYousign) -> None:
    await at.open()
    stranger = SignatureRequest({"name": "Bail", "delivery_mode": "email"}).told()
    account = at.yousign.account
    told = [
        account.webhook("signature_request.done", {"signature_request": stranger}),
        account.webhook("signer.link_opened", {"signature_request": at.remote.told()}),
        account.webhook("contact.created", {"contact": {"id": "x"}}),
        account.webhook("an.event.of.tomorrow", None),
    ]

    assert await at.deliver(*told) == [200] * 4
    assert await at.work() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"event_name": ["signer.done"]}',
        b'{"event_name": "signer.done"}',
        b'{"event_name": "signer.done", "data": {"signature_request": {"id": 7}}}',
        b'{"event_name": "signer.done", "data": []}',
        b"[" * 100_000,
    ],
)
async def test_what_is_signed_and_makes_no_sense_is_refused(at: AtYousign, body: bytes) -> None:
    assert (await at.post(body, at.yousign.account.headers(body))).status_code == 400


async def test_a_site_without_yousign_takes_none(signature: Signature) -> None:
    answer = await signature.client.post("/yousign/webhooks", content=b"{}", headers={"X-Yousign-Signature-256": "x"})

    assert answer.status_code == 401
    await signature.open()
    link = await signature.get("/signatures/" + str((await signature.view())["id"]) + "/link")
    assert (link.status_code, link.json()["type"]) == (409, "urn:cer:problem:not-at-yousign")
