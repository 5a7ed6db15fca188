"""Letters through Maileva, emulated: each posted once, whatever answer was lost, and followed until it is posted."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.notifications.adapters.files import StoredFiles
from services.notifications.adapters.maileva import Maileva, MailevaAccount
from services.notifications.adapters.repository import SqlPacer, stores_of
from services.notifications.application.commands.following import Following
from services.notifications.application.commands.ledger import Ledger
from services.notifications.application.commands.making import FOLLOW_UP, LETTER
from services.notifications.application.commands.posting import Posting
from shared.events.blocks import ContactPoint
from shared.events.documents import EditionRendered
from shared.events.notifications import ContactFailed, NotificationDelivered
from shared.messaging.worker import Worker
from shared.sms.chain import SmsChain
from tests.builders.notifications import readable
from tests.fixtures.maileva import ACCOUNT, MailevaApi
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

PDF = b"%PDF-1.7 made up\n%%EOF\n"


class PostRoom:
    """The workers of a site whose letters go through the emulated provider."""

    def __init__(self, notifications: Notifications, api: MailevaApi) -> None:
        clock, database = notifications.clock, notifications.database
        self.notifications = notifications
        self.post = Maileva(MailevaAccount.model_validate(ACCOUNT), clock, 5.0, api.transport)
        ledger = Ledger(stores_of, notifications.platform.keys, clock)
        files = StoredFiles(notifications.platform.objects("notifications"))
        posting = Posting(
            stores_of, notifications.platform.keys, files, self.post, SqlPacer(database, {}, clock), ledger
        )
        follow = Following(stores_of, SmsChain([], clock), self.post, clock, ledger)
        self.letters = Worker(database, LETTER, posting.send, on_give_up=posting.on_give_up)
        self.follow_ups = Worker(database, FOLLOW_UP, follow.follow)

    async def letter(self, **changes: Any) -> None:
        """One letter that waits."""
        document = await self.notifications.files_of("documents").put("letter.pdf", PDF)
        kind = "notification_decision"
        event = readable(self.notifications.keys, EditionRendered, kind=kind, document=document, **changes)
        assert await self.notifications.hear(event, post="maileva") == "done"

    async def work(self, worker: Worker | None = None) -> Any:
        """Lets it handle what waits; the letter then."""
        await self.notifications.make_due()
        await (worker or self.letters).work_once()
        (row,) = await self.notifications.rows()
        return row


@pytest.fixture
def api() -> MailevaApi:
    return MailevaApi()


@pytest.fixture
def room(notifications: Notifications, api: MailevaApi) -> PostRoom:
    return PostRoom(notifications, api)


async def test_a_letter_is_drafted_submitted_and_followed_until_it_is_posted(room: PostRoom, api: MailevaApi) -> None:
    await room.letter()
    row = await room.work()
    (sending,) = api.submitted
    assert (row["status"], row["provider"], row["receipt"]) == ("delivered", "maileva", next(iter(api.sendings)))
    assert (sending.body["custom_id"], sending.body["name"]) == (str(row["id"]), f"CER {row['id']}")
    assert sending.recipients == [
        {
            "custom_id": str(row["id"]),
            "country_code": "FR",
            "address_line_1": "Mme Jeanne Fictive",
            "address_line_2": "1 rue de l'Exemple",
            "address_line_6": "07200 Aubenas",
        }
    ]
    assert PDF in sending.documents[0]
    assert (await room.work(room.follow_ups))["delivery"] is None
    sending.status = "PROCESSED"
    assert (await room.work(room.follow_ups))["delivery"] == "delivered"
    assert [type(event) for event in await room.notifications.told()] == [NotificationDelivered]


@pytest.mark.parametrize("step", ["token", "create", "documents", "recipients", "submit", "read"])
async def test_an_answer_that_is_lost_at_any_step_posts_nothing_twice(
    room: PostRoom, api: MailevaApi, step: str
) -> None:
    api.lose.add(step)
    await room.letter()
    assert (await room.work())["status"] == "pending"
    row = await room.work()
    assert (row["status"], len(api.submitted), api.submitted[0].submissions) == ("delivered", 1, 1)
    assert (len(api.submitted[0].documents), len(api.submitted[0].recipients)) == (1, 1)


async def test_a_worker_that_died_after_the_submission_posts_nothing_twice(room: PostRoom, api: MailevaApi) -> None:
    """The draft's name was kept before: the next one asks where it stands."""
    await room.letter()
    api.lose.add("submit")
    await room.work()
    async with room.notifications.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET status = 'leased', leased_until = now() - interval '1 second'"))
    await room.letters.work_once()
    assert [sending.submissions for sending in api.submitted] == [1]
    assert (await room.notifications.rows())[0]["status"] == "delivered"


@pytest.mark.parametrize(
    ("step", "status", "expected", "code"),
    [
        ("create", 400, "failed", "post-400"),
        ("create", 401, "pending", "post-credentials"),
        ("documents", 429, "pending", "post-rate-limited"),
        ("submit", 503, "pending", "post-unavailable"),
    ],
)
async def test_what_the_provider_answers(  # noqa: PLR0917 - a line of the table
    room: PostRoom, api: MailevaApi, step: str, status: int, expected: str, code: str
) -> None:
    api.fail[step] = status
    await room.letter()
    row = await room.work()
    (work,) = await room.notifications.work_rows()
    assert (row["status"], work["code"]) == (expected, code)
    assert api.submitted == []


async def test_a_letter_that_came_back_is_told_to_contracts(room: PostRoom, api: MailevaApi) -> None:
    await room.letter()
    await room.work()
    api.submitted[0].status = "REJECTED"
    assert (await room.work(room.follow_ups))["delivery"] == "failed"
    (told,) = [event for event in await room.notifications.told() if isinstance(event, ContactFailed)]
    assert (told.channel, told.code) == ("letter", "post-rejected")
    address = room.notifications.keys.open(ContactPoint, told.contact).address
    assert address == "1 rue de l'Exemple\n07200 Aubenas"


async def test_a_token_is_used_again_until_it_ends(room: PostRoom, api: MailevaApi) -> None:
    await room.letter()
    await room.work()
    assert api.tokens == 1
    room.notifications.clock.instant += timedelta(minutes=4)
    await room.work(room.follow_ups)
    assert api.tokens == 2
