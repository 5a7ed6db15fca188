"""What is sent is caught and shown, and fails as asked."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from uuid import uuid4

import httpx
import pytest

from deploy.embedded.backing import Backing

pytestmark = pytest.mark.integration

PDF = b"%PDF-1.7\n" + bytes(range(256))


@pytest.fixture
def phone() -> str:
    return f"+336{uuid4().int % 10**8:08d}"


@pytest.fixture
def address() -> str:
    return f"{uuid4().hex[:12]}@personne.example"


def _mail(to: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Votre contrat d'engagements réciproques, signé"
    mail["From"] = "Insertion <ne-pas-repondre@departement.example>"
    mail["To"] = to
    mail["Message-ID"] = f"<{to}>"
    mail.set_content("Bonjour,\nvoici votre contrat signé à l'été.\n")
    mail.add_alternative("<p>Bonjour</p><script>alert(1)</script>", subtype="html")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="CER signé.pdf")
    return mail


def _send(backing: Backing, to: str) -> None:
    with smtplib.SMTP(*backing.outbox.smtp, timeout=10) as server:
        server.send_message(_mail(to))


def _sms(backing: Backing, to: str, text: str = "Votre code : 000000") -> httpx.Response:
    return httpx.post(backing.outbox.sms_url, json={"to": to, "text": text, "reference": "essai"}, timeout=10)


def test_a_mail_is_shown_with_its_attachment(backing: Backing, address: str) -> None:
    _send(backing, address)

    (mail,) = backing.outbox.messages("mail", address)
    assert mail["subject"] == "Votre contrat d'engagements réciproques, signé"
    assert mail["to"] == [address]
    assert mail["text"] == "Bonjour,\nvoici votre contrat signé à l'été.\n"
    assert mail["message_id"] == f"<{address}>"
    (attachment,) = mail["attachments"]
    assert (attachment["name"], attachment["media_type"]) == ("CER signé.pdf", "application/pdf")
    assert httpx.get(backing.outbox.url + attachment["url"]).content == PDF
    page = httpx.get(backing.outbox.url, params={"to": address}).text
    assert "Votre contrat d&#39;engagements réciproques, signé" in page
    assert attachment["url"] in page


def test_the_html_of_a_mail_cannot_run(backing: Backing, address: str) -> None:
    _send(backing, address)
    (mail,) = backing.outbox.messages("mail", address)

    shown = httpx.get(f"{backing.outbox.url}/messages/{mail['id']}/html")

    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "<script>" not in httpx.get(backing.outbox.url).text


def test_an_sms_is_taken_and_shown(backing: Backing, phone: str) -> None:
    answer = _sms(backing, phone, "Code <1> : 123456")

    assert answer.status_code == 202
    (sms,) = backing.outbox.messages("sms", phone)
    assert (sms["id"], sms["to"], sms["text"], sms["reference"]) == (
        answer.json()["id"],
        [phone],
        "Code <1> : 123456",
        "essai",
    )
    assert "Code &lt;1&gt; : 123456" in httpx.get(backing.outbox.url, params={"kind": "sms"}).text


def test_a_number_that_is_not_one_is_refused(backing: Backing) -> None:
    assert _sms(backing, "0600000000").status_code == 422


@pytest.mark.usefixtures("no_fault_left")
def test_refused_means_not_delivered(backing: Backing, phone: str, address: str) -> None:
    backing.outbox.faults(sms="refuse", mail="refuse")

    assert _sms(backing, phone).status_code == 422
    with pytest.raises(smtplib.SMTPDataError):
        _send(backing, address)
    assert backing.outbox.messages(to=phone) == backing.outbox.messages(to=address) == []


@pytest.mark.usefixtures("no_fault_left")
def test_accepted_then_dropped_means_delivered_and_unknown_to_the_sender(
    backing: Backing, phone: str, address: str
) -> None:
    backing.outbox.faults(sms="accept-then-drop", mail="accept-then-drop")

    with pytest.raises(httpx.TransportError):
        _sms(backing, phone)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        _send(backing, address)
    assert len(backing.outbox.messages(to=phone)) == len(backing.outbox.messages(to=address)) == 1


@pytest.mark.usefixtures("no_fault_left")
def test_silence_means_neither_an_answer_nor_a_delivery(backing: Backing, phone: str) -> None:
    backing.outbox.faults(sms="timeout")

    with pytest.raises(httpx.ReadTimeout):
        httpx.post(backing.outbox.sms_url, json={"to": phone, "text": "…"}, timeout=0.5)
    assert backing.outbox.messages(to=phone) == []


def test_messages_outlive_a_restart(backing: Backing, phone: str, address: str) -> None:
    _sms(backing, phone)
    _send(backing, address)

    backing.outbox.kill()
    backing.outbox.restart()

    assert len(backing.outbox.messages(to=phone)) == 1
    (mail,) = backing.outbox.messages(to=address)
    assert httpx.get(backing.outbox.url + mail["attachments"][0]["url"]).content == PDF


def test_a_page_of_another_site_is_not_served(backing: Backing) -> None:
    assert httpx.get(backing.outbox.url, headers={"Host": "attaquant.example"}).status_code == 400


@pytest.fixture
def no_fault_left(backing: Backing) -> Iterator[None]:
    yield
    backing.outbox.faults(sms="ok", mail="ok")
