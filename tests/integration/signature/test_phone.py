"""The person types the code on their own phone: one link, ten minutes, the référent's tries and rules."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.signature.adapters.dossier_reading import signed_json
from services.signature.domain.link import PERSON
from shared.events.signature import SignatureCompleted, SignatureRefused
from shared.http.bodies import MAX_BODY_BYTES
from shared.kernel.clock import FixedClock
from shared.objects.store import Objects
from shared.security.principal import Role
from shared.sms.outcome import SmsOutcome, SmsStatus
from tests.builders import events
from tests.builders.signature import ATTEMPT_ID, NOW
from tests.fixtures.telephone import Telephone
from tests.integration.signature.conftest import Signature, assembled

pytestmark = pytest.mark.integration

HOST = "https://signature.example"


@pytest.fixture
async def signature(service_database_url: str, tmp_path: Path) -> AsyncIterator[Signature]:
    """The service of a département that has set its public address."""
    async with assembled(tmp_path, service_database_url, FixedClock(NOW), public_url=HOST) as service:
        yield service


def phone_of(signature: Signature) -> Telephone:
    """The browser of a phone that knows nothing yet."""
    return Telephone(signature.app, HOST, "/s")


@pytest.fixture
async def telephone(signature: Signature) -> AsyncIterator[Telephone]:
    """A phone that received the SMS."""
    await signature.open_and_send()
    found = phone_of(signature)
    yield found
    await found.client.aclose()


def is_dead(answer: httpx.Response) -> bool:
    return answer.status_code == 410 and "Ce lien ne sert plus" in answer.text and "votre référent" in answer.text


async def test_what_no_page_answers_is_answered_by_a_page(telephone: Telephone) -> None:
    unknown = await telephone.client.get("/s/contrats")
    too_long = await telephone.client.post("/s", content=b"k=" + b"x" * (MAX_BODY_BYTES - 1))

    assert (unknown.status_code, too_long.status_code) == (404, 413)
    assert "ouvrez le lien que vous avez reçu, en entier" in unknown.text
    assert "Saisie illisible" in too_long.text


async def test_the_person_reads_types_and_signs(signature: Signature, telephone: Telephone) -> None:
    shown = await telephone.follow(signature.phone.link)
    assert (shown.status_code, str(shown.url)) == (200, f"{HOST}/s/contrat")
    assert "Page 2" in shown.text  # the text of the pages, for those who do not see their images
    page = await telephone.client.get("/s/pages/2")
    assert page.content.startswith(b"\x89PNG")

    done = await telephone.submit(shown, "/s/code", code=signature.phone.code)
    assert "Votre contrat est signé" in done.text
    await signature.worker.work_once()

    view = await signature.view()
    assert (view["state"], view["entered_by"]) == ("completed", "person")
    assert view["entered_by_label"] == "saisi par la personne sur son téléphone"
    assert view["codes"][0]["link_opened_at"] is not None
    completed = (await signature.told())[-1]
    assert isinstance(completed, SignatureCompleted)
    assert completed.entered_by == "person"
    objects: Objects = signature.app.state.objects
    evidence = signed_json(await objects.get(completed.evidence)).decode()
    assert '"code_entered_by":"person"' in evidence.replace(": ", ":")
    async with signature.means.database.begin() as uow:
        requests = signature.means.requests_of(uow)
        steps = await requests.history(ATTEMPT_ID)
        pages = await requests.pages_shown(ATTEMPT_ID)
    assert [(step.verb, step.agent) for step in steps[2:]] == [
        ("send_code", events.REFERENT_ID),
        ("open_link", PERSON.subject),
        ("try_code", PERSON.subject),
        ("sign", PERSON.subject),
        ("seal", None),
    ]
    assert [one.page for one in pages if one.agent == PERSON.subject] == [2]
    assert "······" in str(steps[2].detail["text"])


async def test_looking_at_the_link_opens_nothing_and_it_opens_once(signature: Signature, telephone: Telephone) -> None:
    link = signature.phone.link
    for _ in range(3):
        assert "Ouvrir mon contrat" in (await telephone.client.get(link)).text
    assert (await telephone.follow(link)).status_code == 200

    other = phone_of(signature)
    assert is_dead(await other.follow(link))
    assert is_dead(await other.client.get("/s/contrat"))
    # The link's own token is no session.
    other.client.cookies.set("__Host-cer", link.partition("?")[2], domain="signature.example")
    assert is_dead(await other.client.get("/s/contrat"))
    await other.client.aclose()


async def test_no_token_of_an_agent_opens_the_phones_pages(signature: Signature, telephone: Telephone) -> None:
    other = phone_of(signature)
    for subject in (events.REFERENT_ID, PERSON.subject):
        headers = signature.issuer.headers(Role.REFERENT, subject, territory=events.TERRITORY)
        assert is_dead(await other.client.get("/s/contrat", headers=headers))
        assert is_dead(await other.client.post("/s/code", headers=headers, data={"code": signature.phone.code}))
    typed, territory = {"code": signature.phone.code}, events.TERRITORY
    lied = await signature.post("signature", typed, subject=PERSON.subject, territory=territory)
    assert lied.status_code == 403
    assert (await signature.view())["tries_left"] == 5
    await other.client.aclose()


async def test_the_link_lives_ten_minutes(signature: Signature, telephone: Telephone) -> None:
    signature.clock.instant += timedelta(minutes=10) - timedelta(seconds=1)
    shown = await telephone.follow(signature.phone.link)
    assert shown.status_code == 200

    signature.clock.instant += timedelta(seconds=1)
    assert is_dead(await telephone.submit(shown, "/s/code", code=signature.phone.code))
    assert is_dead(await telephone.client.get("/s/contrat"))
    assert (await signature.view())["tries_left"] == 5


async def test_a_new_code_ends_the_link_before_it(signature: Signature, telephone: Telephone) -> None:
    older, shown = signature.phone.link, await telephone.follow(signature.phone.link)
    await signature.send_code()

    assert is_dead(await telephone.submit(shown, "/s/code", code=signature.phone.code))
    assert is_dead(await phone_of(signature).follow(older))
    assert (await telephone.follow(signature.phone.link)).status_code == 200


async def test_the_tries_are_those_of_the_request_whoever_makes_them(
    signature: Signature, telephone: Telephone
) -> None:
    wrong = signature.phone.other_codes(5)
    shown = await telephone.follow(signature.phone.link)
    for code in wrong[:2]:
        shown = await telephone.submit(shown, "/s/code", code=code)
        assert shown.status_code == 422
    assert "Il vous reste 3 essais" in shown.text
    for code in wrong[2:4]:
        await signature.post("signature", {"code": code})
    assert (await signature.view())["tries_left"] == 1

    shown = await telephone.submit(shown, "/s/code", code=wrong[4])
    assert "Trop d'essais" in shown.text.replace("&#39;", "'")
    view = await signature.view()
    assert (view["state"], view["ended_because"]) == ("locked", "too-many-tries")


async def test_a_form_sent_twice_counts_once(signature: Signature, telephone: Telephone) -> None:
    (wrong, other) = signature.phone.other_codes(2)
    shown = await telephone.follow(signature.phone.link)
    for _ in range(3):
        again = await telephone.submit(shown, "/s/code", code=wrong)
        assert "Il vous reste 4 essais" in again.text
    odd = await telephone.submit(shown, "/s/code", code=other)
    assert "avait déjà servi" in odd.text
    assert (await signature.view())["tries_left"] == 4


@pytest.mark.parametrize("typed", ["", "12345", "12a456", "１２３４５６", "<b>"])
async def test_what_is_no_code_is_not_counted_nor_repeated(
    signature: Signature, telephone: Telephone, typed: str
) -> None:
    shown = await telephone.follow(signature.phone.link)
    answer = await telephone.submit(shown, "/s/code", code=typed)

    assert answer.status_code == 422
    assert "6 chiffres" in answer.text
    assert not typed or typed not in answer.text
    assert (await signature.view())["tries_left"] == 5


async def test_the_person_can_refuse(signature: Signature, telephone: Telephone) -> None:
    shown = await telephone.follow(signature.phone.link)
    assert "Vous avez refusé de signer" in (await telephone.submit(shown, "/s/refus")).text

    assert (await signature.view())["state"] == "refused"
    assert isinstance((await signature.told())[-1], SignatureRefused)


async def test_a_cancelled_request_closes_the_page(signature: Signature, telephone: Telephone) -> None:
    shown = await telephone.follow(signature.phone.link)
    await signature.post("refusal", {})

    assert "Vous avez refusé" in (await telephone.client.get("/s/contrat")).text
    assert (await telephone.submit(shown, "/s/code", code=signature.phone.code)).status_code in {200, 410}
    assert (await signature.view())["state"] == "refused"


@pytest.mark.parametrize("path", ["/s", "/s?", "/s?x", f"/s?{'x' * 22}&a=b", "/s/contrat", "/s/pages/1", "/s/pages/x"])
async def test_what_leads_nowhere_says_so_in_french(signature: Signature, path: str) -> None:
    async with phone_of(signature).client as client:
        assert is_dead(await client.get(path))


@pytest.mark.parametrize("body", [b"", b"k=", b"\xff\xfe", b"k=" + b"x" * 22, b"&" * 50, b"k=%00"])
async def test_a_form_that_is_none_opens_nothing(signature: Signature, body: bytes) -> None:
    async with phone_of(signature).client as client:
        for path in ("/s", "/s/code", "/s/refus"):
            assert is_dead(await client.post(path, content=body))


async def test_every_page_keeps_to_itself_and_works_without_scripts(signature: Signature, telephone: Telephone) -> None:
    landing = await telephone.client.get(signature.phone.link)
    shown = await telephone.follow(signature.phone.link)
    answers = [landing, shown, await telephone.client.get("/s/pages/1"), await telephone.client.get("/s?none")]

    for answer in answers:
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; img-src 'self'")
        assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("no-store", "noindex, nofollow")
    for page in (landing, shown):
        assert '<html lang="fr">' in page.text
        assert not re.search(r"<script|\son\w+=|style=|https?://", page.text.replace("https://signature.example", ""))
    assert shown.text.count("<h1>") == 1
    assert 'autocomplete="one-time-code"' in shown.text
    assert '<label for="code">' in shown.text
    cookie = shown.history[0].headers["set-cookie"]
    assert all(part in cookie for part in ("__Host-cer=", "HttpOnly", "Path=/", "SameSite=strict", "Secure"))


async def test_an_sms_of_unknown_fate_bears_a_link_that_serves(signature: Signature) -> None:
    signature.phone.outcome = SmsOutcome(SmsStatus.UNKNOWN)
    await signature.open_and_send()
    found = phone_of(signature)

    assert (await found.follow(signature.phone.link)).status_code == 200
    await found.client.aclose()


async def test_without_a_public_address_there_is_no_link_and_no_page(service_database_url: str, tmp_path: Path) -> None:
    async with assembled(tmp_path, service_database_url, FixedClock(NOW)) as closed:
        await closed.open_and_send()

        assert "http" not in closed.phone.received[-1][1]
        for path in ("/s", "/s/contrat", "/s/style.css"):
            answer: Any = await closed.client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
