"""How a person can be reached: kept by hand, never by the flow of the CAF or the MSA."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from services.contracts.domain.dossiers.rules import LandlineOverMobile
from shared.kernel.clock import legal_date
from shared.kernel.errors import FieldProblem, Invalid

# The shape that a mail server can be asked about; whether the address exists shows when something is sent to it.
_MAIL = re.compile(
    r"[^\s\x00-\x1f@<>,;:\"()\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE
)
_MAX_MAIL = 254


@dataclass(frozen=True)
class Telephone:
    """A number in E.164. Only a mobile receives a code by SMS."""

    number: str
    mobile: bool


@dataclass(frozen=True)
class Contact:
    """Mail and telephone, with the moment and the agent of the last change of each kind (UTC)."""

    mail: str | None = None
    telephone: Telephone | None = None
    telephone_changed_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None

    @property
    def mobile(self) -> str | None:
        """The number that a code can be sent to, if there is one."""
        return self.telephone.number if self.telephone is not None and self.telephone.mobile else None

    def telephone_entered_on(self, day: date) -> bool:
        """Whether the number was entered or changed on this legal date."""
        return self.telephone_changed_at is not None and legal_date(self.telephone_changed_at) == day

    def changed(self, mail: str | None, telephone: Telephone | None, at: datetime, by: str) -> "Contact":
        """The contact after an entry; the same object when nothing differs. Raises LandlineOverMobile."""
        if (mail, telephone) == (self.mail, self.telephone):
            return self
        if self.mobile is not None and telephone is not None and not telephone.mobile:
            raise LandlineOverMobile(
                "Ce dossier a un numéro de mobile, nécessaire à la signature par SMS : un numéro fixe ne le remplace "
                "pas. Saisissez un autre mobile, ou effacez d'abord le mobile s'il n'est plus valable.",
                [FieldProblem("telephone", "landline-over-mobile", "Un mobile est attendu.")],
            )
        entered = at if telephone != self.telephone else self.telephone_changed_at
        return Contact(mail, telephone, entered, at, by)


def read_mail(text: str | None) -> str | None:
    """A mail address as entered, trimmed; none when empty. Raises Invalid."""
    address = (text or "").strip()
    if not address:
        return None
    if len(address) > _MAX_MAIL or not _MAIL.fullmatch(address):
        raise Invalid(
            "L'adresse mail n'est pas valable : vérifiez-la avec la personne.",
            [FieldProblem("mail", "not-a-mail", "Forme attendue : nom@domaine.fr")],
        )
    return address
