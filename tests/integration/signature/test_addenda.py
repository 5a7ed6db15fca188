"""What comes after the dossier was sealed is signed too, bound to it, kept and erased with it."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from services.signature.adapters.confronting import Match, confront_addendum
from services.signature.adapters.department_seal import load_trust
from services.signature.adapters.dossier_reading import signed_json
from services.signature.adapters.seal_options import SealOptions
from services.signature.adapters.tables import signature_request
from services.signature.application.commands import receipts
from services.signature.application.commands.addenda import ADDENDUM_KIND, Addenda
from shared.events.contracts import CerReopened, DossierErased
from shared.kernel.errors import RaceLost
from shared.messaging import work_rows
from shared.messaging.work import Done, LookAgain, RetryLater
from shared.messaging.worker import Worker
from shared.sms.outcome import Delivery, Receipt
from tests.builders import events
from tests.builders.pki import serving
from tests.builders.signature import ATTEMPT_ID, own_seal
from tests.integration.signature.conftest import SealHere, Signature

pytestmark = pytest.mark.integration

PATH = f"/signatures/{ATTEMPT_ID}/evidence"


def addenda(signature: Signature) -> Addenda:
    means = signature.means
    return Addenda(means.requests_of, signature.app.state.objects, signature.seal, means.clock, signed_json)


async def due(signature: Signature) -> None:
    """The minute in which more may come has passed."""
    async with signature.means.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET available_at = now() - interval '1 hour' WHERE status='ready'"))


async def complete(signature: Signature) -> int:
    """Does the work that was ordered; how many rows."""
    await due(signature)
    worker = Worker(signature.means.database, ADDENDUM_KIND, addenda(signature).handle)
    done = 0
    while await worker.work_once():
        done += 1
    return done


async def sign(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.post("signature", {"code": signature.phone.code})


async def arrives(signature: Signature, state: Delivery = Delivery.DELIVERED) -> None:
    assert await receipts.keep(signature.means, Receipt("ovh", state, f"said {state}", id="receipt-1"))


async def reopen(signature: Signature) -> None:
    await signature.hear(events.sample(CerReopened, **signature.sealed_blocks(), attempt=1))


async def told(signature: Signature) -> dict[str, Any]:
    """What the signed addendum tells."""
    answer = await signature.get(f"{PATH}/addendum.json")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["evidence"]
    return found


async def test_a_late_receipt_and_a_voiding_are_signed_and_bound_to_the_dossier(signature: Signature) -> None:
    await sign(signature)
    await signature.worker.work_once()
    assert (await signature.get(f"{PATH}/addendum.json")).json()["type"] == "urn:cer:problem:no-addendum"

    await arrives(signature)
    assert (await signature.get(f"{PATH}/addendum")).json()["signed"] is False
    assert await complete(signature) == 1

    shown, answer = (await signature.get(f"{PATH}/addendum")).json(), await signature.get(f"{PATH}/addendum.json")
    assert (shown["signed"], [one["what"] for one in shown["later"]]) == (True, ["sms_receipt"])
    assert answer.headers["content-disposition"] == 'inline; filename="CER-1-additif-au-dossier-de-preuve.json"'
    dossier, trust = (await signature.get(PATH)).content, load_trust(own_seal())
    held = await asyncio.to_thread(confront_addendum, answer.content, dossier, trust, datetime.now(UTC))
    assert held.match is Match.AGREES

    await reopen(signature)
    assert await complete(signature) == 1
    assert [step["what"] for step in (await told(signature))["steps"]] == ["sms_receipt", "void"]


async def test_receipts_that_come_in_a_row_make_one_addendum(signature: Signature) -> None:
    await sign(signature)
    await signature.worker.work_once()
    for state in (Delivery.PENDING, Delivery.ACCEPTED, Delivery.DELIVERED, Delivery.DELIVERED):
        await arrives(signature, state)

    await due(signature)
    first, *others = [await work_rows.take(signature.means.database, ADDENDUM_KIND, 60) for _ in range(3)]
    assert first is not None
    await work_rows.finish(first, await addenda(signature).handle(first))
    signed = await told(signature)
    assert [step["state"] for step in signed["steps"]] == ["pending", "accepted", "delivered"]
    assert [await addenda(signature).handle(one) for one in others if one is not None] == [Done()] * 2


async def test_a_receipt_that_crosses_the_seal_waits_for_it(signature: Signature) -> None:
    await sign(signature)
    await arrives(signature)
    await due(signature)
    row = await work_rows.take(signature.means.database, ADDENDUM_KIND, 60)
    assert row is not None
    outcome = await addenda(signature).handle(row)
    assert isinstance(outcome, LookAgain)
    await work_rows.finish(row, outcome)

    await signature.worker.work_once()
    assert await complete(signature) == 1
    # The dossier tells it already: there is nothing to add.
    assert (await signature.get(f"{PATH}/addendum.json")).json()["type"] == "urn:cer:problem:no-addendum"


async def test_of_two_that_are_drawn_up_at_once_the_later_is_drawn_up_again(signature: Signature) -> None:
    await sign(signature)
    await signature.worker.work_once()
    await arrives(signature, Delivery.ACCEPTED)
    await due(signature)
    slow = await work_rows.take(signature.means.database, ADDENDUM_KIND, 60)
    assert slow is not None
    outcome = await addenda(signature).handle(slow)
    await arrives(signature)
    assert await complete(signature) == 1

    with pytest.raises(RaceLost):
        await work_rows.finish(slow, outcome)

    assert [step["state"] for step in (await told(signature))["steps"]] == ["accepted", "delivered"]
    assert await addenda(signature).handle(slow) == Done()


async def test_an_authority_that_is_away_is_asked_again_and_then_gives_the_instant(
    signature: Signature, tmp_path: Path
) -> None:
    await sign(signature)
    await signature.worker.work_once()
    await arrives(signature)
    await due(signature)
    row = await work_rows.take(signature.means.database, ADDENDUM_KIND, 60)
    assert row is not None
    with serving() as authority:
        folder = tmp_path / "authority"
        folder.mkdir()
        authority.seal(folder)
        seal = SealHere(folder, SealOptions(tsa_url=f"{authority.url}/tsa", tsa_timeout_seconds=30.0))
        stamped = replace(addenda(signature), seal=seal)
        authority.answers = False
        outcome = await stamped.handle(row)
        assert isinstance(outcome, RetryLater)
        assert outcome.code == "authority-away"
        authority.answers = True
        await work_rows.finish(row, await stamped.handle(row))

    assert (await signature.get(f"{PATH}/addendum.json")).json().keys() == {"evidence", "jws", "timestamp"}


async def test_it_goes_with_its_person(signature: Signature) -> None:
    await sign(signature)
    await signature.worker.work_once()
    await arrives(signature)
    await complete(signature)
    columns = select(signature_request.c.evidence, signature_request.c.addendum)
    async with signature.means.database.read() as session:
        evidence, kept = (await session.execute(columns)).one()
    # In the folder that the erasure deletes.
    assert evidence["uri"].rpartition("/")[0] == kept["uri"].rpartition("/")[0]
    await reopen(signature)

    assert await signature.hear(events.sample(DossierErased)) == "done"

    async with signature.means.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM work WHERE kind = 'addendum'")) == 0


async def test_a_row_whose_request_is_gone_has_nothing_to_do(signature: Signature) -> None:
    await sign(signature)
    await arrives(signature)
    await due(signature)
    row = await work_rows.take(signature.means.database, ADDENDUM_KIND, 60)
    assert row is not None
    assert await signature.hear(events.sample(DossierErased)) == "done"

    assert await addenda(signature).handle(row) == Done()


async def test_signed_json_is_one_of_the_seals_key(signature: Signature) -> None:
    await sign(signature)
    await signature.worker.work_once()
    await arrives(signature)
    await complete(signature)

    evidence, addendum = [
        json.loads((await signature.get(f"{PATH}{end}")).content) for end in (".json", "/addendum.json")
    ]

    assert evidence["jws"].partition(".")[0] == addendum["jws"].partition(".")[0]
    assert addendum["evidence"]["cer"] == evidence["evidence"]["cer"]
