"""Telephone numbers, read and shown as in France. Implements the port `Telephones` with Google's numbering plans."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from services.contracts.domain.dossiers.contact import Telephone
from shared.kernel.errors import FieldProblem, Invalid

REGION = "FR"
_MAX_TYPED = 40
# Mobiles that Arcep keeps for fiction: trainings and demonstrations use them, since no operator delivers to them.
_FICTION = re.compile(r"\+3363998[0-9]{4}")
# Some overseas plans do not tell mobiles from landlines: such a number may well receive an SMS.
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class FrenchTelephones:
    """A number without a country code is a French one."""

    def read(self, text: str | None) -> Telephone | None:
        """A number as entered, blanks and points included; none when empty. Raises Invalid."""
        typed = (text or "").strip()
        if not typed:
            return None
        try:
            number = phonenumbers.parse(typed[:_MAX_TYPED], REGION)
        except NumberParseException:
            raise _not_a_number() from None
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        fiction = _FICTION.fullmatch(e164) is not None
        if len(typed) > _MAX_TYPED or number.extension or not (fiction or phonenumbers.is_valid_number(number)):
            raise _not_a_number()
        return Telephone(e164, mobile=fiction or phonenumbers.number_type(number) in _MOBILE)

    def shown(self, telephone: Telephone) -> str:
        """`06 39 98 00 01` for a number of metropolitan France, with its country code otherwise."""
        number = phonenumbers.parse(telephone.number)
        french = phonenumbers.region_code_for_number(number) == REGION
        return phonenumbers.format_number(
            number, PhoneNumberFormat.NATIONAL if french else PhoneNumberFormat.INTERNATIONAL
        )


def _not_a_number() -> Invalid:
    return Invalid(
        "Le numéro de téléphone n'est pas valable : vérifiez-le avec la personne.",
        [FieldProblem("telephone", "not-a-number", "Forme attendue : 06 12 34 56 78, ou +33 6 12 34 56 78")],
    )
