"""Messages follow their dossier: who accompanies the person now sees what became of them."""

import pytest

from shared.events.contracts import CerReturned, DossierChanged
from shared.security.principal import Role
from tests.builders.events import REFERENT_ID, sample
from tests.builders.notifications import readable
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

NEW = "referent-tanargue"


async def test_the_new_referent_sees_messages_of_before_and_of_events_that_come_late(
    notifications: Notifications,
) -> None:
    await notifications.hear(readable(notifications.keys, CerReturned, submission=1, aggregate_version=6))
    moved = {"territory": "privas", "referent_id": NEW, "changed": ("territory", "referent_id")}

    assert await notifications.hear(sample(DossierChanged, aggregate_version=3, **moved)) == "done"
    await notifications.hear(readable(notifications.keys, CerReturned, submission=2, aggregate_version=9))

    seen = {
        subject: len(
            (await notifications.get("/messages", Role.REFERENT, subject=subject, territory=at)).json()["messages"]
        )
        for subject, at in ((NEW, "ailleurs"), (REFERENT_ID, "ailleurs"), ("a-colleague", "privas"))
    }
    assert seen == {NEW: 2, REFERENT_ID: 0, "a-colleague": 2}
