"""No message, letter or preference is answered without its line in notifications' own audit."""

from typing import Any

import pytest
from sqlalchemy import text

from services.notifications.domain.rights import IMPERSONAL, SCOPES
from shared.events.contracts import CerReturned
from shared.kernel.ids import new_id
from shared.security.onetime import MAX_TRIES
from shared.security.principal import Role
from tests.builders.audit import entries, put_away, records, unaudited, unaudited_pages
from tests.builders.events import CER_ID, DOSSIER_ID, OTHER_CER_ID, TERRITORY
from tests.builders.notifications import readable
from tests.fixtures.smtp import Provider
from tests.integration.notifications.conftest import HOST, PDF, Notifications, Remise
from tests.integration.notifications.test_http import lost_message
from tests.integration.notifications.test_printing import letters, make

pytestmark = pytest.mark.integration

ALONE = (DOSSIER_ID,), (CER_ID,)
PREFERENCES = f"/dossiers/{DOSSIER_ID}/message-preferences"


async def test_every_endpoint_leaves_a_line_with_the_ids_that_it_names(notifications: Notifications) -> None:
    headers = notifications.issuer.headers(Role.SERVICE_INSERTION)
    ids = {"dossier_id": DOSSIER_ID}

    assert await unaudited(notifications.app, notifications.client, headers, ids, {*IMPERSONAL}) == []
    assert SCOPES.keys() >= IMPERSONAL


async def test_who_reads_a_message_or_is_refused_it_stands_there_with_whose_it_is(
    notifications: Notifications, provider: Provider
) -> None:
    await notifications.hear(readable(notifications.keys, CerReturned))
    await notifications.work()
    message = (await notifications.rows())[0]["id"]

    await notifications.get(f"/messages/{message}/content", Role.SECRETARIAT, territory=TERRITORY)
    await notifications.get(f"/messages/{message}/content", Role.SECRETARIAT, territory="privas")
    await notifications.get(f"/messages/{message}/content", Role.ADMIN)
    await notifications.get(f"/messages/{new_id()}/content", Role.SERVICE_INSERTION)
    await notifications.get(f"/dossiers/{DOSSIER_ID}/messages", Role.SERVICE_INSERTION)

    left = await records(notifications.database)
    assert [(one.role, one.operation, one.outcome, one.relation) for one in left] == [
        ("secretariat", "read-message", "ok", "territory"),
        ("secretariat", "read-message", "not-found", "other"),
        ("admin", "read-message", "forbidden", None),
        ("service_insertion", "read-message", "not-found", None),
        ("service_insertion", "list-messages", "ok", "other"),
    ]
    assert [(one.dossiers, one.cers) for one in left] == [ALONE, ALONE, ((), ()), ((), ()), ALONE]


async def test_a_page_of_messages_names_those_that_it_shows_and_not_those_of_the_next(
    notifications: Notifications,
) -> None:
    for cer in (CER_ID, OTHER_CER_ID):
        await notifications.hear(readable(notifications.keys, CerReturned, cer_id=cer))

    page = (await notifications.get("/messages?limit=1", Role.ADMIN)).json()["messages"]

    (line,) = await records(notifications.database)
    assert [str(one) for one in line.cers] == [page[0]["cer_id"]]


async def test_a_batch_of_letters_names_all_who_are_in_it(notifications: Notifications) -> None:
    await letters(notifications, "Zola")
    batch = (await make(notifications)).json()["id"]

    await notifications.get(f"/print-batches/{batch}", Role.SERVICE_INSERTION)

    made, read = await records(notifications.database)
    assert (made.operation, read.operation) == ("make-print-batch", "read-print-batches")
    assert [(one.dossiers, one.cers) for one in (made, read)] == [ALONE, ALONE]


async def test_what_is_done_and_its_line_are_one_transaction(notifications: Notifications, provider: Provider) -> None:
    message = await lost_message(notifications, provider)
    await put_away(notifications.database, "audit_pending")
    headers = notifications.issuer.headers(Role.SECRETARIAT, territory=TERRITORY) | {"If-Match": '"0"'}

    resent = await notifications.resend(message, Role.SECRETARIAT, territory=TERRITORY)
    changed = await notifications.client.put(PREFERENCES, json={"optional_messages": False}, headers=headers)

    assert min(resent.status_code, changed.status_code) >= 500
    async with notifications.database.read() as session:
        assert await session.scalar(text("SELECT sending FROM message")) == 1
        assert await session.scalar(text("SELECT count(*) FROM preference")) == 0


async def test_a_preference_that_was_changed_is_told_with_whose_it_is(notifications: Notifications) -> None:
    await notifications.hear(readable(notifications.keys, CerReturned))
    headers = notifications.issuer.headers(Role.SECRETARIAT, territory=TERRITORY) | {"If-Match": '"0"'}

    answer = await notifications.client.put(PREFERENCES, json={"optional_messages": False}, headers=headers)

    (line,) = await records(notifications.database)
    assert answer.status_code == 200
    assert (line.operation, line.outcome, line.dossiers) == ("change-preference", "ok", (DOSSIER_ID,))


async def test_nothing_is_answered_while_the_audit_cannot_be_written(notifications: Notifications) -> None:
    await notifications.hear(readable(notifications.keys, CerReturned))
    await put_away(notifications.database, "audit_entry")

    answer = await notifications.get("/messages", Role.SERVICE_INSERTION)

    assert (answer.status_code, answer.json()["type"]) == (503, "urn:cer:problem:audit-away")
    assert len(await entries(notifications.database)) == 0


async def person(remise: Remise) -> str:
    """Who opens the link of the mail, as the audit names them."""
    (message,) = [row["id"] for row in await remise.service.rows() if row["audience"] == "person"]
    return f"urn:cer:person:{message}"


async def told(remise: Remise) -> list[tuple[str, str]]:
    """What was done, and how it ended."""
    return [(one.operation, one.outcome) for one in await records(remise.service.database)]


async def test_every_page_of_the_remise_leaves_a_line_of_the_person(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    await phone.submit(await phone.follow(link), "/r/code", code=remise.code)
    app, token = remise.service.app, link.partition("?")[2]

    silent = await unaudited_pages(app, phone.client, "/r", token, await person(remise))

    assert silent == ["GET /r/style.css"]  # it is the same for everybody


async def test_what_the_person_does_with_their_link_is_theirs_by_the_id_of_the_message(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()

    typing = await phone.follow(link)
    await phone.submit(typing, "/r/code", code="12345")
    typing = await phone.submit(typing, "/r/code", code=remise.wrong())
    await phone.submit(typing, "/r/code", code=remise.code)
    assert (await phone.client.get("/r/contrat.pdf")).content == PDF
    await phone.submit(typing, "/r/code", code=remise.wrong())
    await phone.follow(link)
    remise.later(minutes=10)
    await phone.client.get("/r/contrat.pdf")
    await remise.phone().client.get(f"{HOST}/r?{'A' * 22}")
    await remise.phone().client.get("/r/contrat.pdf")

    assert await told(remise) == [
        ("look-at-remise", "ok"),
        ("send-remise-code", "ok"),
        ("enter-remise-code", "malformed"),
        ("enter-remise-code", "ok"),
        ("enter-remise-code", "remise-wrong-code"),
        ("enter-remise-code", "ok"),
        ("read-remise", "ok"),
        ("download-remise", "ok"),
        ("enter-remise-code", "idempotency-key-reused"),
        ("look-at-remise", "ok"),
        ("send-remise-code", "remise-code-too-soon"),
        ("download-remise", "remise-session-over"),
    ]
    left = await records(remise.service.database)
    assert {(one.actor, one.role, one.relation, one.dossiers, one.cers) for one in left} == {
        (await person(remise), "person", None, *ALONE)
    }


async def test_the_wrong_code_that_locks_a_link_is_told_as_what_it_is(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    typing = await phone.follow(link)
    for _ in range(MAX_TRIES):
        last, typing = typing, await phone.submit(typing, "/r/code", code=remise.wrong())
    await phone.submit(last, "/r/code", code=remise.wrong())
    await phone.client.get(link)

    assert (await told(remise))[-5:] == [
        ("enter-remise-code", "ok"),
        ("enter-remise-code", "remise-locked"),
        ("enter-remise-code", "ok"),
        ("enter-remise-code", "remise-locked"),
        ("look-at-remise", "remise-locked"),
    ]


async def test_a_code_that_leaves_and_a_document_handed_over_are_one_transaction_with_their_lines(
    remise: Remise,
) -> None:
    link, phone = await remise.signed(), remise.phone()
    await phone.submit(await phone.follow(link), "/r/code", code=remise.code)
    remise.later(minutes=1)
    await put_away(remise.service.database, "audit_pending")

    answers = [await phone.client.get("/r/contrat.pdf"), await phone.follow(link)]

    assert [page_of(answer) for answer in answers] == [500, 500]
    async with remise.service.database.read() as session:
        assert await session.scalar(text("SELECT count(downloaded_at) FROM remise")) == 0
        assert await session.scalar(text("SELECT count(*) FROM remise_code")) == 1
    assert len(remise.mobile.sms) == 1


async def test_the_person_is_told_to_come_back_while_the_audit_cannot_be_written(remise: Remise) -> None:
    link, phone = await remise.signed(numero=4), remise.phone()
    await phone.submit(await phone.follow(link), "/r/code", code=remise.code)
    await put_away(remise.service.database, "audit_entry")

    for address in (link, "/r/contrat"):
        answer = await phone.client.get(address)
        assert (page_of(answer), "n°&nbsp;4" in answer.text) == (503, False)


def page_of(answer: Any) -> int:
    """The status of a page that says what to do."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.text
    assert "Réessayez dans quelques minutes" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.status_code)
