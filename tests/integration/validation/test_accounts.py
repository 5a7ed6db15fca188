"""An account that contracts closed opens nothing here either, on the request after its event."""

import pytest

from tests.builders.accounts import Leaver
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration


async def test_a_closed_account_opens_no_endpoint_and_the_order_of_events_does_not_matter(
    validation: Validation,
) -> None:
    leaver = Leaver("validation", validation.app, validation.client, validation.issuer)
    assert (await leaver.refused_at())[0] == set()

    await leaver.told(3, active=False)
    await leaver.told(2, active=True)
    refused, others = await leaver.refused_at()

    assert refused
    assert others == set()
    await leaver.told(4, active=True)
    assert (await leaver.refused_at())[0] == set()
