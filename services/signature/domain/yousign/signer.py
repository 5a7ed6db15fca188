"""Who signs, and where on the page, as Yousign takes them."""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from services.signature.domain.phone import allowed_mobile
from services.signature.domain.yousign.refusals import MailMissing, NameNotTaken
from shared.events.blocks import Identity
from shared.sms.phones import FRENCH_PLAN

# What the API takes in a name (schema of a signer, `first_name`): these letters but four of Iceland, digits, and these.
_APART = "`'()- "
_LETTERS = re.compile("[0-9A-Za-zÀ-ÖØ-öø-ſȘ-ț]")
_ALIKE = str.maketrans(
    {"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", ".": " ", "/": " ", ",": " "}
    | {"Ð": "D", "ð": "d", "Þ": "Th", "þ": "th"}
)
_LONGEST_MAIL, _LONGEST_NAME = 100, 255


@dataclass(frozen=True)
class Signer:
    """Who signs, as Yousign takes it."""

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    mail: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Place:
    """Where the signature is shown: page from 1, top left corner from the top left of the page, size, in points."""

    page: int
    x: int
    y: int
    width: int
    height: int


def signer_of(person: Identity, mail: str, prefixes: AbstractSet[str] = FRENCH_PLAN) -> Signer:
    """The person; `mail` is the département's address for those who have none.

    Raises PhoneMissing, PhoneNotFrench, MailMissing, NameNotTaken.
    """
    address = person.mail or mail
    if not address or len(address) > _LONGEST_MAIL:
        raise MailMissing
    phone = allowed_mobile(person.telephone, prefixes)
    return Signer(_taken(person.prenom), _taken(person.nom_naissance), address, phone)


def _taken(name: str) -> str:
    """The name in the letters that Yousign takes. Raises NameNotTaken where a letter has no such form."""
    kept = "".join(_letter(letter) for letter in unicodedata.normalize("NFC", name).translate(_ALIKE))
    kept = " ".join(kept.split())[:_LONGEST_NAME].rstrip()
    if not any(letter.isalpha() for letter in kept):
        raise NameNotTaken
    return kept


def _letter(letter: str) -> str:
    if letter in _APART or _LETTERS.fullmatch(letter):
        return letter
    plain = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))
    if plain and all(_LETTERS.fullmatch(one) for one in plain):
        return plain
    if letter.isalpha():
        raise NameNotTaken
    return ""
