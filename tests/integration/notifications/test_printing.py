"""Letters: printed in batches by order of names, posted by hand, or by a provider; each once."""

import asyncio
from typing import Any

import pytest

from services.notifications.domain.batch import MOST_LETTERS
from shared.events.documents import EditionRendered
from shared.events.notifications import NotificationDelivered
from shared.events.sealed import Sealed
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders.events import TERRITORY, identity
from tests.builders.notifications import readable
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

NAMES = ["Étienne", "Zola", "d'Arc", "Eluard", "De-La-Tour", "D'ARC"]


async def letters(notifications: Notifications, *names: str, **changes: Any) -> None:
    """Decisions whose letters wait to be posted."""
    for name in names:
        person = identity(nom_usage=name, **{"mail": None} | changes)
        event = readable(notifications.keys, EditionRendered, kind="notification_decision", edition_id=new_id())
        sealed = event.model_copy(update={"identity": Sealed(token=notifications.keys.seal(person))})
        assert await notifications.hear(sealed) == "done"


async def make(notifications: Notifications, territory: str | None = TERRITORY) -> Any:
    """A batch of what waits."""
    return await notifications.post("/print-batches", {"territory": territory}, Role.SERVICE_INSERTION)


async def test_a_batch_lists_editions_by_order_of_names_and_is_printed_then_posted(
    notifications: Notifications,
) -> None:
    await letters(notifications, *NAMES)
    made = await make(notifications)
    assert (made.status_code, made.json()["status"]) == (201, "made")
    address = f"/print-batches/{made.json()['id']}"
    shown = await notifications.get(address, Role.SERVICE_INSERTION)
    assert shown.headers["ETag"] == '"1"'
    names = [one["name"] for one in shown.json()["letters"]]
    assert [name.casefold() for name in names] == [
        "d'arc jeanne", "d'arc jeanne", "de-la-tour jeanne", "eluard jeanne", "étienne jeanne", "zola jeanne",
    ]  # fmt: skip
    editions = {row["facts"]["edition_id"] for row in await notifications.rows()}
    assert {one["edition_id"] for one in shown.json()["letters"]} == editions

    early = await notifications.post(f"{address}/posted", None, Role.SERVICE_INSERTION, version=1)
    assert (early.status_code, early.json()["type"]) == (409, "urn:cer:problem:impossible-move")
    printed = await notifications.post(f"{address}/printed", None, Role.SERVICE_INSERTION, version=1)
    assert (printed.json()["status"], await notifications.told()) == ("printed", [])
    stale = await notifications.post(f"{address}/posted", None, Role.SERVICE_INSERTION, version=1)
    assert stale.status_code == 412
    posted = await notifications.post(f"{address}/posted", None, Role.SERVICE_INSERTION, version=2, subject="agent-9")
    assert (posted.json()["status"], posted.json()["posted_by"]) == ("posted", "agent-9")
    told = await notifications.told()
    assert [(type(event), event.channel) for event in told] == [(NotificationDelivered, "letter")] * 6
    rows = await notifications.rows()
    assert {(row["status"], row["provider"], row["receipt"]) for row in rows} == {
        ("delivered", "print-batch", made.json()["id"])
    }


async def test_nothing_waits_twice_and_two_batches_at_once_share_the_letters(notifications: Notifications) -> None:
    assert (await make(notifications)).json()["type"] == "urn:cer:problem:nothing-to-print"
    await letters(notifications, *NAMES)
    answers = await asyncio.gather(*(make(notifications) for _ in range(3)))
    made = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    listed = [
        one["message_id"]
        for batch in made
        for one in (await notifications.get(f"/print-batches/{batch}", Role.SERVICE_INSERTION)).json()["letters"]
    ]
    assert len(listed) == len(set(listed)) == len(NAMES)
    assert (await make(notifications)).status_code == 409


async def test_batches_are_listed_newest_first_page_by_page(notifications: Notifications) -> None:
    for name in NAMES[:3]:
        await letters(notifications, name)
        assert (await make(notifications)).status_code == 201
    first = (await notifications.get("/print-batches?limit=2", Role.SERVICE_INSERTION)).json()
    rest = (await notifications.get(f"/print-batches?cursor={first['next']}", Role.SERVICE_INSERTION)).json()
    assert (len(first["batches"]), len(rest["batches"]), rest["next"]) == (2, 1, None)


async def test_the_letter_of_a_decision_is_posted_as_the_site_chose(notifications: Notifications) -> None:
    event = readable(notifications.keys, EditionRendered, kind="notification_decision")
    for when, made in (("never", 0), ("without_mail", 0), ("always", 1)):
        await notifications.hear(event, decision_letter=when)
        assert len(await notifications.rows()) == made, when
    without = readable(
        notifications.keys, EditionRendered, kind="notification_decision", mail=None, edition_id=new_id()
    )
    await notifications.hear(without, decision_letter="without_mail")
    assert len(await notifications.rows()) == 2


async def test_without_postal_address_the_letter_is_kept_and_shown(notifications: Notifications) -> None:
    await letters(notifications, "Sansadresse", adresse=())
    (row,) = await notifications.rows()
    assert (row["channel"], row["status"]) == ("letter", "no_address")
    assert (await make(notifications)).status_code == 409


def test_a_batch_holds_what_documents_merges_at_once() -> None:
    assert MOST_LETTERS <= 3000
