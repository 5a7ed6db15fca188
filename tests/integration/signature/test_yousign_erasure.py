"""A person erased in contracts leaves nothing at Yousign either, whatever was under way there."""

import pytest

from shared.events.contracts import DossierErased
from tests.builders.events import sample
from tests.builders.signature import ATTEMPT_ID
from tests.integration.signature.yousign_drive import AtYousign

pytestmark = pytest.mark.integration


async def erased(at: AtYousign) -> None:
    """The person is erased, and all that was ordered is done."""
    assert await at.hear(sample(DossierErased)) == "done"
    for _ in range(4):
        await at.later()
        while await at.eraser.work_once():
            pass


async def test_what_is_under_way_is_cancelled_and_removed_for_good(at: AtYousign) -> None:
    await at.open()
    remote = at.remote
    await erased(at)

    assert (remote.status, at.yousign.account.requests) == ("canceled", {})
    assert await at.row("yousign-erase") == [("done", None)]


async def test_what_was_signed_is_removed_for_good(at: AtYousign) -> None:
    await at.open()
    await at.yousign.account.sign(at.remote)
    await at.later()
    await erased(at)

    assert at.yousign.account.requests == {}


async def test_what_was_being_made_at_the_very_moment_is_found_by_the_second_pass(at: AtYousign) -> None:
    await at.halves()
    create = at.driving.means.provider.create

    async def erased_meanwhile(*given):  # type: ignore[no-untyped-def]
        assert await at.hear(sample(DossierErased)) == "done"
        assert await at.eraser.work_once()
        return await create(*given)

    at.driving.means.provider.create = erased_meanwhile  # type: ignore[method-assign]
    await at.work()
    assert len(at.yousign.account.requests) == 1
    for _ in range(3):
        await at.later()
        while await at.eraser.work_once():
            pass

    assert at.yousign.account.requests == {}
    assert str(ATTEMPT_ID) not in "".join(at.yousign.account.requests)


async def test_yousign_away_delays_it_until_it_answers(at: AtYousign) -> None:
    await at.open()
    at.yousign.fail("GET", "/signature_requests", 503, times=2)
    at.yousign.fail("DELETE", "/signature_requests/.*", 403)
    await erased(at)
    await erased(at)

    assert at.yousign.account.requests == {}
