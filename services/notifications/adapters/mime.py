"""A mail as bytes (RFC 5322, RFC 2045): text and HTML side by side, the PDF attached, seven bits throughout."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.notifications.application.ports import Parcel
from shared.kernel.errors import Invalid

_POLICY = SMTP.clone(cte_type="7bit")


class BadAddress(Invalid):
    """An address that no mail can be sent to."""

    code = "bad-address"
    title = "Adresse de messagerie incorrecte"


def address_of(text: str, name: str = "") -> Address:
    """A mail address (ASCII, RFC 5321 §4.1.2). Raises BadAddress, which never repeats it."""
    try:
        address = Address(name, addr_spec=text)
        text.encode("ascii")
    except (ValueError, IndexError, HeaderParseError) as error:
        raise BadAddress("L'adresse de messagerie n'est pas utilisable : corrigez-la dans le dossier.") from error
    if not address.username or "." not in address.domain:
        raise BadAddress("L'adresse de messagerie n'est pas complète : corrigez-la dans le dossier.")
    return address


def mime(mail: Parcel, sender: Address) -> bytes:
    """The bytes to hand over. Raises BadAddress."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = address_of(mail.to)
    message["Subject"] = mail.words.subject
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    # RFC 3834: no out-of-office answer comes back to a mail that a program wrote.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.words.text, cte="quoted-printable")
    message.add_alternative(mail.words.html, subtype="html", cte="quoted-printable")
    if mail.attachment is not None:
        name, data = mail.attachment
        message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    # Last: what is named Content-… moves into the first part each time that a part is added.
    message["Content-Language"] = "fr"
    return message.as_bytes()
