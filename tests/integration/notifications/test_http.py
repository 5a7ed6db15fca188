"""What became of messages, over HTTP: who sees what, and who sends again."""

from uuid import UUID

import pytest

from shared.events.contracts import CerReturned
from shared.events.signature import SignatureCompleted
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders.events import CER_ID, TERRITORY
from tests.builders.notifications import readable
from tests.fixtures.smtp import DROP, Provider
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

SEE = {Role.REFERENT, Role.SECRETARIAT, Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE, Role.ADMIN}


async def lost_message(notifications: Notifications, provider: Provider) -> UUID:
    """A message whose fate nobody knows."""
    provider.answers.append(DROP)
    await notifications.hear(readable(notifications.keys, CerReturned))
    await notifications.work()
    (row,) = await notifications.rows()
    assert row["status"] == "unknown"
    return UUID(str(row["id"]))


@pytest.mark.parametrize("role", list(Role))
async def test_who_sees_messages(notifications: Notifications, role: Role) -> None:
    await notifications.hear(readable(notifications.keys, SignatureCompleted))
    answer = await notifications.get(f"/messages?cer_id={CER_ID}", role, territory=TERRITORY)
    if role not in SEE:
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:cer:problem:forbidden")
        return
    lines = answer.json()["messages"]
    assert {line["title"] for line in lines} == {"CER signé, au référent", "CER signé, à la personne"}
    recipients = {None} if role is Role.ADMIN else {"j…@example.org", "c…@example.org"}
    assert {line["recipient"] for line in lines} == recipients
    assert not any(name in answer.text for name in ("Fictive", "jeanne", "Mirabel"))


async def test_another_territory_sees_and_resends_nothing(notifications: Notifications, provider: Provider) -> None:
    message_id = await lost_message(notifications, provider)
    elsewhere = {"territory": "privas"}
    assert (await notifications.get("/messages", Role.SECRETARIAT, **elsewhere)).json()["messages"] == []
    refused = await notifications.resend(message_id, Role.SECRETARIAT, **elsewhere)
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:cer:problem:not-found")
    assert (await notifications.resend(message_id, Role.SECRETARIAT, territory=TERRITORY)).status_code == 200


async def test_filters_and_pages(notifications: Notifications, provider: Provider) -> None:
    await lost_message(notifications, provider)
    other = new_id()
    for version in range(1, 4):
        await notifications.hear(readable(notifications.keys, CerReturned, cer_id=other, aggregate_version=version))
    unknown = (await notifications.get("/messages?status=unknown&status=failed", Role.ADMIN)).json()["messages"]
    assert [(line["status"], line["code"]) for line in unknown] == [("unknown", "smtp-lost-after-data")]
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await notifications.get(f"/messages?limit=2{cursor}", Role.SERVICE_INSERTION)).json()
        seen += [line["id"] for line in page["messages"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == 4


async def test_a_message_of_unknown_fate_is_sent_again_when_a_person_decides_so(
    notifications: Notifications, provider: Provider
) -> None:
    message_id = await lost_message(notifications, provider)
    answer = await notifications.resend(message_id)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["sending"]) == ("pending", 2)
    await notifications.work()
    assert [mail["Message-ID"] for mail in provider.taken] == [f"<{message_id}@departement.example>"] * 2
    assert [(event.name(), event.aggregate_version) for event in await notifications.told()] == [
        ("NotificationFailed", 1), ("NotificationDelivered", 2),
    ]  # fmt: skip


async def test_only_what_failed_or_is_unknown_is_sent_again(notifications: Notifications, provider: Provider) -> None:
    await notifications.hear(readable(notifications.keys, CerReturned))
    (row,) = await notifications.rows()
    for _ in ("pending", "delivered"):
        refused = await notifications.resend(row["id"])
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:cer:problem:impossible-move")
        await notifications.work()
    assert len(provider.taken) == 1
    assert (await notifications.resend(new_id())).status_code == 404


@pytest.mark.parametrize("role", [Role.CHEF_DE_SERVICE, Role.COMMISSION, Role.PARTNER])
async def test_other_roles_send_nothing_again(notifications: Notifications, provider: Provider, role: Role) -> None:
    message_id = await lost_message(notifications, provider)
    assert (await notifications.resend(message_id, role)).status_code == 403
