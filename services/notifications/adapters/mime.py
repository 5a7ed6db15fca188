"""A mail as bytes (RFC 5322, RFC 2045): text and HTML side by side, the PDF attached, seven bits throughout.

Written here and not by `email.message`: docs/decisions/0011-mails-as-bytes.md says why.
"""

import base64
import binascii
import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import encode_rfc2231, format_datetime
from functools import lru_cache

from services.notifications.application.ports import Parcel
from shared.kernel.errors import Invalid

# « Subject: » and 45 bytes in base 64 between their marks are 81 letters, and a line has 78 (RFC 5322 §2.1.1): 42.
_LONGEST_LINE, _LONGEST_WORD = 60, 39
# Nearly all addresses (RFC 5321 §4.1.2: a dot-string, and a domain of several labels): nothing in them is to be read.
_PLAIN_ADDRESS = re.compile(r"[\w+-]+(?:\.[\w+-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._ -]+")


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
    """The bytes to hand over, the same for the same mail. Raises BadAddress."""
    head = [
        _from(sender.display_name, sender.addr_spec),
        f"To: {mail.to if _PLAIN_ADDRESS.fullmatch(mail.to) else address_of(mail.to).addr_spec}",
        f"Subject: {_subject(mail.words.subject)}",
        f"Date: {format_datetime(mail.date)}",
        f"Message-ID: <{mail.id}@{sender.domain}>",
        # RFC 3834: no out-of-office answer comes back to a mail that a program wrote.
        "Auto-Submitted: auto-generated",
        "Content-Language: fr",
        "MIME-Version: 1.0",
    ]
    content = _parts("alternative", mail, [_written("plain", mail.words.text), _written("html", mail.words.html)])
    if mail.attachment is not None:
        content = _parts("mixed", mail, [content, _attached(*mail.attachment)])
    return "\r\n".join(head).encode("ascii") + b"\r\n" + content


def _parts(kind: str, mail: Parcel, parts: list[bytes]) -> bytes:
    """`=_` stands in no quoted-printable and in no base64 (RFC 2045 §6.7), so the boundary is in no part."""
    boundary = f"=_{kind}_{mail.id.hex}".encode()
    head = f'Content-Type: multipart/{kind};\r\n boundary="'.encode() + boundary + b'"\r\n'
    body = b"".join(b"\r\n--" + boundary + b"\r\n" + part for part in parts)
    return head + body + b"\r\n--" + boundary + b"--\r\n"


def _written(subtype: str, words: str) -> bytes:
    # Lines are broken as the first of them ends (`b2a_qp`): so there is one, which is the boundary's own in the end.
    lines = f"{words}\n".replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + binascii.b2a_qp(lines.encode()).removesuffix(b"\r\n")


def _attached(name: str, data: bytes) -> bytes:
    named = f'filename="{name}"' if _PLAIN_NAME.fullmatch(name) else f"filename*={encode_rfc2231(name, 'utf-8')}"
    head = (
        "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {named}\r\n\r\n"
    )
    return head.encode("ascii") + base64.encodebytes(data).replace(b"\n", b"\r\n")


def _subject(words: str) -> str:
    """On one line, whatever the facts in it brought; in encoded words where it is not ASCII (RFC 2047 §2: 75 long)."""
    line = " ".join(words.split())
    if line.isascii() and len(line) <= _LONGEST_LINE:
        return line
    encoded, word = [], b""
    for letter in line:
        if len(word) + len(letter.encode()) > _LONGEST_WORD:
            encoded.append(word)
            word = b""
        word += letter.encode()
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(part).decode()}?=" for part in (*encoded, word))


@lru_cache(maxsize=8)
def _from(name: str, address: str) -> str:
    header = SMTP.header_factory("From", str(Address(name, addr_spec=address)))
    return str(header.fold(policy=SMTP)).rstrip("\r\n")
