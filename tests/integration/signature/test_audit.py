"""No signature request, page or sealed file is answered without its line in signature's own audit."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.signature.domain.rights import IMPERSONAL, SCOPES
from services.signature.domain.rules import MAX_TRIES
from shared.kernel.clock import FixedClock
from shared.security.principal import Role
from tests.builders.audit import entries, put_away, records, unaudited
from tests.builders.events import CER_ID, DOSSIER_ID, REFERENT_ID, TERRITORY
from tests.builders.signature import ATTEMPT_ID, NOW
from tests.fixtures.telephone import Telephone
from tests.integration.signature.conftest import Signature, assembled
from tests.integration.signature.test_phone import HOST, phone_of

pytestmark = pytest.mark.integration

PATH = f"/signatures/{ATTEMPT_ID}"
ALONE = (DOSSIER_ID,), (CER_ID,)
PERSON = f"urn:cer:person:{ATTEMPT_ID}"


@pytest.fixture
async def outside(service_database_url: str, tmp_path: Path) -> AsyncIterator[Signature]:
    """The service of a département that has set its public address, and a code that left with a link."""
    async with assembled(tmp_path, service_database_url, FixedClock(NOW), public_url=HOST) as service:
        await service.open_and_send()
        yield service


@pytest.fixture
async def telephone(outside: Signature) -> AsyncIterator[Telephone]:
    """The person's."""
    phone = phone_of(outside)
    yield phone
    await phone.client.aclose()


async def since(signature: Signature, before: int) -> list[Any]:
    return await records(signature.means.database, before)


async def test_every_endpoint_leaves_a_line_with_the_ids_that_it_names(signature: Signature) -> None:
    headers = signature.issuer.headers(Role.REFERENT)

    assert await unaudited(signature.app, signature.client, headers, {"page": 1}, {*IMPERSONAL}) == []
    assert SCOPES.keys() >= IMPERSONAL


async def test_who_reads_a_request_or_is_refused_it_stands_there_with_whose_it_is(signature: Signature) -> None:
    await signature.open()

    await signature.get(PATH, territory=TERRITORY)
    await signature.get(f"{PATH}/pages/1", subject="colleague", territory=TERRITORY)
    await signature.get(PATH, subject="stranger", territory="privas")
    await signature.get(f"/signatures?cer_id={CER_ID}", Role.CHEF_DE_SERVICE, subject="agent-coiron")
    await signature.get(f"{PATH}/document", Role.SECRETARIAT, subject="secretary", territory=TERRITORY)
    await signature.post("codes", territory=TERRITORY)

    left = await since(signature, 0)
    assert [(one.actor, one.operation, one.outcome, one.relation) for one in left] == [
        (REFERENT_ID, "read-signature", "ok", "own"),
        ("colleague", "read-page", "ok", "territory"),
        ("stranger", "read-signature", "not-found", "other"),
        ("agent-coiron", "list-signatures", "ok", "other"),
        ("secretary", "read-document", "forbidden", None),
        (REFERENT_ID, "send-code", "not-read-to-the-end", "own"),
    ]
    assert [(one.dossiers, one.cers) for one in left] == [*[ALONE] * 4, ((), ()), ALONE]


async def test_pages_shown_to_many_at_once_make_one_chain(signature: Signature) -> None:
    await signature.open()

    async def look(number: int) -> None:
        await signature.get(f"{PATH}/pages/{1 + number % 3}", Role.CHEF_DE_SERVICE, f"chef-{number}")

    await asyncio.gather(*map(look, range(30)))

    chain = await entries(signature.means.database)
    assert [one.id for one in chain] == list(range(1, 31))
    assert {one.record.actor for one in chain} == {f"chef-{number}" for number in range(30)}
    assert {one.genuine for one in chain} == {True}


async def test_the_sealed_file_and_the_evidence_that_are_taken_away_are_told(signature: Signature) -> None:
    await signature.open_and_send()
    await signature.post("signature", {"code": signature.phone.code})
    await signature.worker.work_once()
    before = len(await entries(signature.means.database))

    for what in ("document", "evidence", "evidence.json", "evidence/addendum"):
        assert (await signature.get(f"{PATH}/{what}")).status_code == 200

    left = await since(signature, before)
    assert [one.operation for one in left] == ["read-document", *["read-evidence"] * 3]
    assert {(one.dossiers, one.cers, one.outcome) for one in left} == {(*ALONE, "ok")}


async def test_a_try_that_is_counted_and_its_line_are_one_transaction(signature: Signature) -> None:
    await signature.open_and_send()
    await put_away(signature.means.database, "audit_pending")

    answer = await signature.post("signature", {"code": signature.phone.other_codes(1)[0]})

    assert answer.status_code >= 500
    async with signature.means.database.read() as session:
        assert await session.scalar(text("SELECT tries FROM signature_request")) == 0


async def test_a_wrong_code_is_a_try_that_was_counted_and_a_refusal(signature: Signature) -> None:
    await signature.open_and_send()
    before = len(await entries(signature.means.database))

    await signature.post("signature", {"code": signature.phone.other_codes(1)[0]})

    left = await since(signature, before)
    assert [(one.operation, one.outcome) for one in left] == [("enter-code", "ok"), ("enter-code", "wrong-code")]


async def test_what_the_person_does_on_their_phone_is_theirs_by_the_id_of_the_request(
    outside: Signature, telephone: Telephone
) -> None:
    before = len(await entries(outside.means.database))

    shown = await telephone.follow(outside.phone.link)
    await telephone.client.get("/s/pages/2")
    await telephone.submit(shown, "/s/code", code="12345")
    shown = await telephone.submit(shown, "/s/code", code=outside.phone.other_codes(1)[0])
    await telephone.submit(shown, "/s/code", code=outside.phone.code)
    await telephone.follow(f"{HOST}/s?k=AAAAAAAAAAAAAAAAAAAAAA")

    left = await since(outside, before)
    assert [(one.operation, one.outcome) for one in left] == [
        ("open-link-on-phone", "ok"),
        ("read-on-phone", "ok"),
        ("read-page-on-phone", "ok"),
        ("enter-code-on-phone", "malformed"),
        ("enter-code-on-phone", "ok"),
        ("enter-code-on-phone", "wrong-code"),
        ("enter-code-on-phone", "ok"),
    ]
    assert {(one.actor, one.role, one.relation, one.dossiers, one.cers) for one in left} == {
        (PERSON, "person", None, *ALONE)
    }


async def test_the_wrong_code_that_locks_the_request_is_told_as_what_it_is(
    outside: Signature, telephone: Telephone
) -> None:
    shown = await telephone.follow(outside.phone.link)
    for code in outside.phone.other_codes(MAX_TRIES):
        shown = await telephone.submit(shown, "/s/code", code=code)
    assert "Trop d&#39;essais" in shown.text
    await telephone.client.get("/s/contrat")

    left = await since(outside, 0)
    assert [(one.operation, one.outcome) for one in left[-5:]] == [
        ("enter-code-on-phone", "ok"),
        ("enter-code-on-phone", "wrong-code"),
        ("enter-code-on-phone", "ok"),
        ("enter-code-on-phone", "too-many-tries"),
        ("read-on-phone", "ok"),
    ]


async def test_the_person_is_told_to_come_back_while_the_audit_cannot_be_written(
    outside: Signature, telephone: Telephone
) -> None:
    await telephone.follow(outside.phone.link)
    await put_away(outside.means.database, "audit_entry")

    for address in ("/s/contrat", "/s/pages/1"):
        answer = await telephone.client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
        assert "Réessayez dans quelques minutes" in answer.text
        assert answer.headers["cache-control"] == "no-store"


async def test_nothing_is_answered_while_the_audit_cannot_be_written(signature: Signature) -> None:
    await signature.open()
    await put_away(signature.means.database, "audit_entry")

    answer = await signature.get(f"{PATH}/pages/1")

    assert (answer.status_code, answer.json()["type"]) == (503, "urn:cer:problem:audit-away")
