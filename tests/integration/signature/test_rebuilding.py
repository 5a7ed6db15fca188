"""A lost database: completed signatures come back from what contracts has, and can be read and voided again."""

import pytest

from shared.events.contracts import CerReopened, CerSnapshot
from shared.events.signature import SignatureVoided
from tests.builders.events import CER_ID, SIGNATURE_ID, sample
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration


async def test_a_completed_signature_comes_back_and_its_voiding_says_that_it_was_complete(signature: Signature) -> None:
    snapshot = sample(CerSnapshot, **signature.sealed_blocks())

    assert await signature.hear(snapshot) == "done"
    assert await signature.hear(snapshot) == "stale"
    assert await signature.told() == []
    view = await signature.view(SIGNATURE_ID)
    assert (view["state"], view["cer_id"], view["attempt"]) == ("completed", str(CER_ID), 1)
    assert snapshot.signed is not None
    assert view["sealed_sha256"] == snapshot.signed.document.sha256

    assert await signature.hear(sample(CerReopened, **signature.sealed_blocks())) == "done"
    (told,) = await signature.told()
    assert isinstance(told, SignatureVoided)
    assert (told.was_completed, told.aggregate_version) == (True, 3)


async def test_a_request_that_is_known_is_left_as_it_is(signature: Signature) -> None:
    await signature.open()
    before = await signature.view()

    assert await signature.hear(sample(CerSnapshot, **signature.sealed_blocks())) == "stale"

    assert await signature.view() == before
