"""Which numbers may receive a code."""

from collections.abc import Set as AbstractSet

from services.signature.domain.rules import PhoneMissing, PhoneNotFrench
from shared.sms.phones import FRENCH_PLAN, is_mobile


def allowed_mobile(number: str | None, prefixes: AbstractSet[str] = FRENCH_PLAN) -> str:
    """The number, in E.164, if codes may go to it. Raises PhoneMissing, PhoneNotFrench."""
    if not number:
        raise PhoneMissing
    if not is_mobile(number, prefixes):
        raise PhoneNotFrench
    return number
