"""A mail as bytes."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from services.notifications.adapters.mime import BadAddress, address_of, mime
from services.notifications.application.ports import Parcel, Words
from tests.builders.events import MESSAGE_ID
from tests.builders.notifications import NOW

SENDER = address_of("ne-pas-repondre@departement.example", "Insertion – RSA")
WORDS = Words("Réponse du Département", "Bonjour,\n.\nÀ bientôt.\n", "<!DOCTYPE html><p>À bientôt.</p>")


def parsed(mail: Parcel) -> EmailMessage:
    data = mime(mail, SENDER)
    assert all(byte < 128 for byte in data), "seven bits pass through every server"
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def mail(to: str = "jeanne.fictive@example.org", attachment: tuple[str, bytes] | None = None) -> Parcel:
    return Parcel(MESSAGE_ID, to, WORDS, NOW, attachment)


def test_headers_and_both_bodies() -> None:
    found = parsed(mail())
    assert found["Subject"] == "Réponse du Département"
    assert found["From"] == "Insertion – RSA <ne-pas-repondre@departement.example>"
    assert (found["To"], found["Message-ID"]) == ("jeanne.fictive@example.org", f"<{MESSAGE_ID}@departement.example>")
    assert (found["Auto-Submitted"], found["Content-Language"]) == ("auto-generated", "fr")
    text, html = found.get_body(("plain",)), found.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == WORDS.text
    assert html.get_content().strip() == WORDS.html
    assert list(found.iter_attachments()) == []


def test_the_pdf_is_attached_unchanged() -> None:
    data = bytes(range(256)) * 3
    (attached,) = parsed(mail(attachment=("CER-1-signe.pdf", data))).iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/pdf", "CER-1-signe.pdf")
    assert attached.get_content() == data


def test_the_same_mail_has_the_same_bytes_but_for_its_boundary() -> None:
    assert mime(mail(), SENDER).split(b"boundary=")[0] == mime(mail(), SENDER).split(b"boundary=")[0]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "personne",
        "@example.org",
        "a@",
        "a@localhost",
        "a b@example.org",
        "é@example.org",
        "a@exémple.org",
        "a@example.org\nBcc: b@example.org",
        "a@example.org, b@example.org",
        "<a@example.org>",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(BadAddress) as refusal:
        mime(mail(to=address), SENDER)
    assert not address or address not in refusal.value.detail
