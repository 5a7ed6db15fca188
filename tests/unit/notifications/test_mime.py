"""A mail as bytes."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.adapters.mime import BadAddress, address_of, mime
from services.notifications.application.ports import Parcel, Words
from tests.builders.events import MESSAGE_ID
from tests.builders.notifications import NOW

SENDER = address_of("ne-pas-repondre@departement.example", "Insertion – RSA")
WORDS = Words("Réponse du Département", "Bonjour,\n.\nÀ bientôt.\n", "<!DOCTYPE html><p>À bientôt.</p>")


def parsed(mail: Parcel) -> EmailMessage:
    data = mime(mail, SENDER)
    assert all(byte < 128 for byte in data), "seven bits pass through every server"
    assert b"\n" not in data.replace(b"\r\n", b""), "every line ends as RFC 5322 §2.3 says"
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


@pytest.mark.parametrize("name", ["CER n° 1 signé.pdf", 'un "guillemet".pdf', "deux\r\nlignes.pdf"])
def test_a_file_name_of_any_letters_comes_through_and_adds_no_header(name: str) -> None:
    found = parsed(mail(attachment=(name, b"%PDF")))
    (attached,) = found.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (name, b"%PDF")
    assert attached.keys() == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]


def test_the_same_mail_has_the_same_bytes() -> None:
    with_pdf = mail(attachment=("CER-1-signe.pdf", b"%PDF"))
    assert mime(with_pdf, SENDER) == mime(with_pdf, SENDER)


# What a department writes: any letters, whole lines of them, and what looks like a mail's own structure.
WRITTEN = st.lists(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")))
    | st.sampled_from(["", ".", "--=_alternative_", "=3D", " "])
).map("\n".join)


@given(WRITTEN, WRITTEN, WRITTEN)
def test_a_reader_of_mails_reads_what_was_written(subject: str, text: str, html: str) -> None:
    written = Parcel(MESSAGE_ID, "jeanne.fictive@example.org", Words(subject, text, html), NOW)
    found = parsed(written)
    plain, rich = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert [part.get_content().replace("\r\n", "\n") for part in (plain, rich)] == [text, html]
    assert found["Subject"] == " ".join(subject.split())
    _, _, body = mime(written, SENDER).partition(b"\r\n\r\n")
    assert all(len(line) <= 76 for line in body.split(b"\r\n")), "RFC 2045 §6.7"


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
