"""The signed CER by the link of a mail and a code by SMS: one link, its days, few tries, nothing kept that opens it."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from prometheus_client import REGISTRY
from pydantic import ValidationError
from sqlalchemy import text

from services.notifications.adapters.repository import stores_of
from services.notifications.application.commands.ledger import Ledger
from services.notifications.application.commands.receipts import Receipts
from services.notifications.main import Settings
from shared.events.contracts import DossierErased
from shared.events.sealed import Sealed
from shared.events.signature import SignatureCompleted, SignatureProlonged, SignatureVoided
from shared.kernel.ids import new_id
from shared.security.onetime import MAX_TRIES, new_token
from shared.security.principal import Role
from shared.sms.outcome import Delivery, Receipt
from tests.builders.canaries import cells_with
from tests.builders.events import TERRITORY, identity, sample
from tests.builders.notifications import readable
from tests.fixtures.sms_provider import DROPPING, Answer
from tests.integration.notifications.conftest import HOST, PDF, Remise

pytestmark = pytest.mark.integration


def says(answer: httpx.Response, status: int, words: str) -> bool:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), answer.text
    assert "no-store" in answer.headers["cache-control"]
    # Each page says its language, has one title of level 1 and runs nothing (RGAA 8.3, 9.1).
    assert '<html lang="fr">' in answer.text
    assert (answer.text.count("<h1>"), answer.text.count("<script")) == (1, 0)
    return words in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/r/contrat/2", 404), ("PUT", "/r", 405)])
async def test_an_address_that_is_none_is_answered_by_a_page(
    remise: Remise, method: str, path: str, status: int
) -> None:
    answer = await remise.phone().client.request(method, path)

    assert says(answer, status, "ouvrez le lien que vous avez reçu, en entier")


async def test_the_link_and_the_code_open_the_sealed_pdf(remise: Remise) -> None:
    link = await remise.signed(numero=4)
    mail = next(mail for mail in remise.mails.taken if mail["To"] == "jeanne.fictive@example.org")
    assert [part.get_content_type() for part in mail.walk() if part.get_filename()] == []
    phone = remise.phone()
    landing = await phone.client.get(link)
    assert says(landing, 200, "06 •• •• •• 01")
    assert "contrat d'engagements (CER) n°&nbsp;4" in landing.text
    # Mail programs look at links by themselves.
    assert remise.mobile.sms == []

    typing = await phone.follow(link)
    assert says(typing, 200, "Saisissez le code")
    (sms,) = remise.mobile.sms
    assert sms.json["to"] == "+33639980001"
    assert sms.json["text"].startswith(f"Code {remise.code} pour télécharger votre contrat")
    opened = await phone.submit(typing, "/r/code", code=f"{remise.code[:3]} {remise.code[3:]}")
    assert (opened.status_code, str(opened.url)) == (200, f"{HOST}/r/contrat")
    for _ in range(2):
        got = await phone.client.get("/r/contrat.pdf")
        assert (got.status_code, got.content, got.headers["content-type"]) == (200, PDF, "application/pdf")
        assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''CER-4-signe.pdf"
        assert got.headers["cache-control"] == "no-store"
    lines = (await remise.service.get("/messages", Role.REFERENT, territory=TERRITORY)).json()["messages"]
    seen = {line["template"]: line["downloaded_at"] is not None for line in lines}
    assert seen == {"cer_signe_lien_personne": True, "cer_signe_referent": False}
    assert (await phone.client.get("/r/style.css")).headers["content-type"].startswith("text/css")


async def test_a_link_hands_over_the_longer_file_that_stands_for_the_signed_one(remise: Remise) -> None:
    link, phone = await remise.signed(aggregate_version=2), remise.phone()
    longer = await remise.service.files_of("signature").put("longer.pdf", PDF + PDF)
    prolonged = readable(remise.service.keys, SignatureProlonged, document=longer, aggregate_version=3)
    assert await remise.service.hear(prolonged, new_id()) == "done"
    assert await remise.service.hear(prolonged, new_id()) == "stale"

    await phone.submit(await phone.follow(link), "/r/code", code=remise.code)

    assert (await phone.client.get("/r/contrat.pdf")).content == PDF + PDF


async def test_wrong_codes_are_counted_over_the_life_of_the_link(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    typing = await phone.follow(link)
    for left in (4, 3, 2):
        typing = await phone.submit(typing, "/r/code", code=remise.wrong())
        assert says(typing, 422, f"Il vous reste {left} essais")
    remise.later(minutes=1)
    typing = await phone.submit(typing, "/r")
    assert says(typing, 200, f"Il vous reste {MAX_TRIES - 3} essais")  # a new code brings none back
    typing = await phone.submit(typing, "/r/code", code=remise.wrong())
    locked = await phone.submit(typing, "/r/code", code=remise.wrong(2))
    assert says(locked, 410, "5 codes ont été essayés")
    assert says(await phone.client.get(link), 410, "demandez un exemplaire")
    assert says(await phone.submit(typing, "/r/code", code=remise.code), 410, "5 codes ont été essayés")
    assert (await phone.client.get("/r/contrat.pdf")).status_code == 410


async def test_guesses_at_the_same_moment_are_no_more_than_the_tries(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    await phone.follow(link)
    token = link.partition("?")[2]
    forms = [
        {"k": token, "nonce": new_token().get_secret_value(), "code": remise.wrong(number)} for number in range(1, 13)
    ]
    compared = REGISTRY.get_sample_value("cer_remises_total", {"what": "wrong"}) or 0
    answers = await asyncio.gather(*(phone.client.post("/r/code", data=form) for form in forms))
    assert REGISTRY.get_sample_value("cer_remises_total", {"what": "wrong"}) == compared + MAX_TRIES
    # Who guessed before the last one did may be answered after it: the link is dead for them too.
    assert {answer.status_code for answer in answers} <= {422, 410}
    right = {"k": token, "nonce": new_token().get_secret_value(), "code": remise.code}
    assert says(await phone.client.post("/r/code", data=right), 410, "5 codes ont été essayés")


async def test_a_code_serves_once_and_a_form_sent_twice_counts_once(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    typing = await phone.follow(link)
    for _ in range(2):
        wrong = await phone.submit(typing, "/r/code", code=remise.wrong())
        assert says(wrong, 422, "Il vous reste 4 essais")
    for _ in range(2):
        assert (await phone.submit(wrong, "/r/code", code=remise.code)).url.path == "/r/contrat"
    assert says(await phone.submit(wrong, "/r/code", code=remise.wrong()), 422, "la page avait déjà servi")

    other = remise.phone()
    assert says(await other.client.get("/r/contrat"), 410, "ouvrez à nouveau le lien")
    other.client.cookies.set("__Host-cer-remise", link.partition("?")[2], domain="messages.example.org")
    assert (await other.client.get("/r/contrat.pdf")).status_code == 410
    remise.later(seconds=31)
    again = await other.submit(wrong, "/r/code", code="12345")
    assert says(again, 422, "6 chiffres")
    assert says(await other.submit(again, "/r/code", code=remise.code), 422, "un code sert une fois")


async def test_codes_sessions_and_links_have_an_end(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    typing = await phone.follow(link)
    assert says(await phone.follow(link), 429, "attendez 30 secondes")
    assert len(remise.mobile.sms) == 1
    remise.later(minutes=10)
    assert says(await phone.submit(typing, "/r/code", code=remise.code), 422, "pendant 10 minutes")
    typing = await phone.follow(link)
    assert (await phone.submit(typing, "/r/code", code=remise.code)).url.path == "/r/contrat"
    remise.later(minutes=10)
    assert says(await phone.client.get("/r/contrat.pdf"), 410, "Les 10 minutes")
    remise.later(days=30)
    for answer in (await phone.client.get(link), await phone.submit(typing, "/r")):
        assert says(answer, 410, "Ce lien ne sert plus depuis le 19/04/2026")
    assert len(remise.mobile.sms) == 2


async def test_so_many_codes_a_link_a_number_and_a_territory(remise: Remise) -> None:
    first, phone = await remise.signed(), remise.phone()
    for _ in range(3):
        assert (await phone.follow(first)).status_code == 200
        remise.later(minutes=1)
    assert says(await phone.follow(first), 429, "3 codes sont déjà partis pour ce lien")
    second = await remise.signed(signature_id=new_id())
    for _ in range(2):
        assert (await phone.follow(second)).status_code == 200
        remise.later(minutes=1)
    assert says(await phone.follow(second), 429, "5 codes sont déjà partis vers ce numéro")
    other = await remise.signed(signature_id=new_id(), identity=sealed_with(remise, "+33639980002"))
    assert (await phone.follow(other)).status_code == 200
    remise.later(minutes=1)
    assert says(await phone.follow(other), 503, "Aucun code ne peut partir")
    assert len(remise.mobile.sms) == 6


def sealed_with(remise: Remise, number: str | None) -> Any:
    """The identity of somebody of this number."""
    return Sealed(token=remise.service.keys.seal(identity(telephone=number)))


async def test_a_code_opens_no_other_link(remise: Remise) -> None:
    mine = await remise.signed()
    theirs = await remise.signed(signature_id=new_id(), identity=sealed_with(remise, "+33639980002"))
    phone = remise.phone()
    await phone.follow(mine)
    code = remise.code
    typing = await phone.follow(theirs)
    if code != remise.code:
        assert says(await phone.submit(typing, "/r/code", code=code), 422, "Ce n&#39;est pas le code")
    assert mine != theirs
    for nonsense in (f"{HOST}/r", f"{HOST}/r?", mine[:-1], f"{mine[:-1]}é", f"{HOST}/r?{'A' * 22}"):
        assert says(await phone.client.get(nonsense), 410, "Ce lien n&#39;est pas le bon")
    assert says(await phone.client.post("/r/code", content=b"\xff"), 410, "Ce lien n&#39;est pas le bon")


async def test_a_signature_that_is_voided_closes_the_link_and_an_open_session(remise: Remise) -> None:
    link, phone = await remise.signed(aggregate_version=4), remise.phone()
    typing = await phone.follow(link)
    await phone.submit(typing, "/r/code", code=remise.code)
    voided = readable(remise.service.keys, SignatureVoided, code="reopened", was_completed=True, aggregate_version=5)
    assert await remise.service.hear(voided) == "done"
    for answer in (await phone.client.get(link), await phone.client.get("/r/contrat.pdf")):
        assert says(answer, 410, "il ne compte plus")


async def test_an_erased_person_leaves_no_link(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    await phone.submit(await phone.follow(link), "/r/code", code=remise.code)
    assert await remise.service.hear(sample(DossierErased)) == "done"
    assert says(await phone.client.get(link), 410, "Ce lien n&#39;est pas le bon")
    assert (await phone.client.get("/r/contrat.pdf")).status_code == 410
    async with remise.service.database.read() as session:
        for table in ("remise", "remise_code"):
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0


async def test_nothing_that_opens_it_is_kept_or_shown_to_agents(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    typing = await phone.follow(link)
    code, token = remise.code, link.partition("?")[2]
    await phone.submit(typing, "/r/code", code=code)
    session = phone.client.cookies["__Host-cer-remise"]
    assert await cells_with(remise.service.database, token, session, "0639980001", "+33639980001") == set()
    holding = await cells_with(remise.service.database, code)
    assert {cell for cell in holding if not cell.endswith(("hash", "fingerprint", "token", "identity"))} == set()
    (row,) = [row for row in await remise.service.rows() if row["audience"] == "person"]
    said = await remise.service.get(f"/messages/{row['id']}/content", Role.REFERENT, territory=TERRITORY)
    assert "(lien personnel, masqué)" in said.json()["text"]
    assert token not in said.text


async def test_an_sms_that_did_not_leave_is_said_and_opens_nothing(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    remise.mobile.behaves = Answer(422)
    assert says(await phone.follow(link), 503, "n&#39;a pas pu partir")
    remise.later(minutes=1)
    remise.mobile.behaves = DROPPING
    # Nobody knows whether it left: the person does, and types it.
    typing = await phone.follow(link)
    assert (await phone.submit(typing, "/r/code", code=remise.code)).url.path == "/r/contrat"


async def test_the_receipt_of_a_codes_sms_is_known(remise: Remise) -> None:
    await remise.phone().follow(await remise.signed())
    keeping = Receipts(Ledger(stores_of, remise.service.platform.keys, remise.service.clock))
    for state, kept in ((Delivery.DELIVERED, "delivered"), (Delivery.PENDING, "delivered")):
        async with remise.service.database.begin() as uow:
            assert await keeping.keep(uow, Receipt("emulator", state, "said", id="sms-1"))
            assert not await keeping.keep(uow, Receipt("emulator", state, "said", id="sms-2", reference="none"))
            assert await uow.session.scalar(text("SELECT delivery FROM remise_code")) == kept


async def test_a_store_that_is_away_is_said(remise: Remise) -> None:
    link, phone = await remise.signed(), remise.phone()
    await phone.submit(await phone.follow(link), "/r/code", code=remise.code)
    async with remise.service.database.begin() as uow:
        gone = "UPDATE remise SET document = jsonb_set(document, '{file,sha256}', to_jsonb(repeat('0', 64)))"
        await uow.session.execute(text(gone))
    assert says(await phone.client.get("/r/contrat.pdf"), 503, "réessayez dans quelques minutes")


@pytest.mark.parametrize("number", [None, "+33475000001"])
async def test_who_has_no_mobile_receives_the_cer_attached(remise: Remise, number: str | None) -> None:
    assert await remise.signed(identity=sealed_with(remise, number)) == ""
    mail = next(mail for mail in remise.mails.taken if mail["To"] == "jeanne.fictive@example.org")
    assert [part.get_filename() for part in mail.walk() if part.get_filename()] == ["CER-1-signe.pdf"]


async def test_a_mail_that_is_sent_again_has_the_same_link_for_its_days(remise: Remise) -> None:
    remise.mails.answers.extend(["554 5.7.1 no", "554 5.7.1 no"])
    document = await remise.service.files_of("signature").put("signed.pdf", PDF)
    await remise.service.hear(readable(remise.service.keys, SignatureCompleted, document=document))
    await remise.service.work_all()
    remise.later(days=29)
    failed: UUID = next(row["id"] for row in await remise.service.rows() if row["audience"] == "person")
    assert (await remise.service.resend(failed)).status_code == 200
    await remise.service.work_all()
    remise.later(days=29)
    assert says(await remise.phone().client.get(remise.link()), 200, "Recevoir un code")


async def test_the_same_signature_makes_one_mail_whatever_the_site_chose_meanwhile(remise: Remise) -> None:
    await remise.signed()
    again = readable(remise.service.keys, SignatureCompleted)
    assert await remise.service.hear(again, new_id(), signed_cer="attached") == "stale"


def test_a_link_needs_an_address_to_lead_to(remise: Remise) -> None:
    site = remise.service.settings.model_dump() | {"public_url": ""}
    with pytest.raises(ValidationError, match="CER_PUBLIC_URL"):
        Settings(**site)
