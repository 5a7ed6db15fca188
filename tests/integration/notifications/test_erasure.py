"""A person erased in contracts leaves no message with notifications, and nobody writes to them any more."""

import pytest

from shared.events.contracts import CerReturned, DossierErased
from shared.events.notifications import MessagesErased
from shared.events.signature import SignatureCompleted
from shared.kernel.ids import new_id
from tests.builders.canaries import cells_with
from tests.builders.events import CER_ID, DOSSIER_ID, sample
from tests.builders.notifications import readable
from tests.fixtures.smtp import Provider
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

IDS = (str(DOSSIER_ID), str(CER_ID))


async def test_messages_sent_and_waiting_go_and_are_answered_for(
    notifications: Notifications, provider: Provider
) -> None:
    await notifications.hear(readable(notifications.keys, CerReturned))
    await notifications.work()
    await notifications.hear(readable(notifications.keys, SignatureCompleted))  # two mails about to leave
    assert len(provider.taken) == 1
    assert {"message.dossier_id", "outbox.payload"} <= await cells_with(notifications.database, *IDS)

    assert await notifications.hear(sample(DossierErased)) == "done"
    await notifications.work()

    assert len(provider.taken) == 1
    assert (await notifications.rows(), await notifications.work_rows()) == ([], [])
    (answer,) = await notifications.told()
    # Three messages, their three work rows, one event about the first.
    assert (type(answer), answer.rows, answer.files) == (MessagesErased, 7, 0)


async def test_what_comes_late_or_twice_makes_no_message(notifications: Notifications) -> None:
    erased, event_id = sample(DossierErased), new_id()
    assert await notifications.hear(erased, event_id) == "done"
    assert await notifications.hear(erased, event_id) == "seen"

    assert await notifications.hear(readable(notifications.keys, CerReturned)) == "erased"
    assert await notifications.hear(readable(notifications.keys, SignatureCompleted)) == "erased"

    assert await notifications.rows() == []
    assert [event.name() for event in await notifications.told()] == ["MessagesErased"]
