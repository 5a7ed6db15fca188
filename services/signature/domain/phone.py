"""Which numbers may receive a code, and how a number is shown."""

import re

from services.signature.domain.rules import PhoneMissing, PhoneNotFrench

# Mobile ranges of the French numbering plan (Arcep, décision 2018-0881): metropolitan 06 and 07, then Guadeloupe,
# Guyane, Martinique, La Réunion and Mayotte. Numbers outside cost much and are how SMS pumping is done.
_MOBILE = re.compile(r"\+(33[67]\d{8}|590(690|691)\d{6}|594694\d{6}|596(696|697)\d{6}|262(692|693|639)\d{6})")


def french_mobile(number: str | None) -> str:
    """The number, in E.164, if codes may go to it. Raises PhoneMissing, PhoneNotFrench."""
    if not number:
        raise PhoneMissing
    if _MOBILE.fullmatch(number) is None:
        raise PhoneNotFrench
    return number


def masked(number: str) -> str:
    """How screens and evidence show a number: first two and last two digits of its national form."""
    national = "0" + number[-9:]
    return f"{national[:2]} •• •• •• {national[-2:]}"
