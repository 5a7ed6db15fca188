"""How a person can be reached: kept by hand, never by the flow of the CAF or the MSA."""

import re
from dataclasses import dataclass, replace
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
class Unreached:
    """Nobody was reached there: what (`mail`, `telephone` or `adresse`), why by a code, when it was known (UTC)."""

    what: str
    code: str
    at: datetime


@dataclass(frozen=True)
class Contact:
    """Mail and telephones, with the moment and the agent of the last change of each kind (UTC).

    `telephone` is the one to call first, a mobile where there is one; `fixe` stands beside it. `unreached` is what
    messages came back from: it goes with the change of what it is about.
    """

    mail: str | None = None
    telephone: Telephone | None = None
    telephone_changed_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None
    fixe: Telephone | None = None
    unreached: tuple[Unreached, ...] = ()

    @property
    def mobile(self) -> str | None:
        """The number that a code can be sent to, if there is one."""
        return self.telephone.number if self.telephone is not None and self.telephone.mobile else None

    def differs_from(self, other: "Contact") -> list[str]:
        """Names of the data that differ."""
        return [name for name in ("mail", "telephone", "fixe") if getattr(self, name) != getattr(other, name)]

    @property
    def telephone_since(self) -> date | None:
        """The legal date on which the number was entered or last changed; none where that was never kept."""
        return None if self.telephone_changed_at is None else legal_date(self.telephone_changed_at)

    def changed(self, mail: str | None, telephone: Telephone | None, at: datetime, by: str) -> "Contact":
        """The contact after an entry; the same object when nothing differs. Raises LandlineOverMobile.

        A mobile that takes the place of a landline leaves it beside.
        """
        if (mail, telephone) == (self.mail, self.telephone):
            return self
        if self.mobile is not None and telephone is not None and not telephone.mobile:
            raise LandlineOverMobile(
                "Ce dossier a un numéro de mobile, nécessaire à la signature par SMS : un numéro fixe ne le remplace "
                "pas. Saisissez-le comme fixe, à côté du mobile, ou effacez d'abord le mobile s'il n'est plus valable.",
                [FieldProblem("telephone", "landline-over-mobile", "Un mobile est attendu.")],
            )
        entered = at if telephone != self.telephone else self.telephone_changed_at
        fixe = self.fixe
        if fixe is None and self.telephone is not None and not self.telephone.mobile and telephone is not None:
            fixe = self.telephone if telephone.mobile else None
        another = {"mail"} if mail != self.mail else set()
        another |= {"telephone"} if telephone != self.telephone else set()
        return Contact(mail, telephone, entered, at, by, fixe, self._unreached_but(*another))

    def not_reached(self, what: str, code: str, at: datetime) -> "Contact":
        """With what came back from there last; what came back before it counts no more."""
        return replace(self, unreached=(*self._unreached_but(what), Unreached(what, code, at)))

    def to_try_again(self, what: str) -> "Contact":
        """The contact once this was changed."""
        return replace(self, unreached=self._unreached_but(what))

    def why_unreached(self, what: str) -> str | None:
        """The code by which nobody was reached there."""
        return next((one.code for one in self.unreached if one.what == what), None)

    def _unreached_but(self, *what: str) -> tuple[Unreached, ...]:
        return tuple(one for one in self.unreached if one.what not in what)

    def joined(self, other: "Contact", at: datetime, by: str) -> "Contact":
        """With what it lacks from the other contact of the same person: a mobile comes first, a landline beside."""
        mine, theirs = self.telephone, other.telephone
        better = theirs is not None and (mine is None or (theirs.mobile and not mine.mobile))
        contact = self.changed(self.mail or other.mail, theirs if better else mine, at, by)
        spare = theirs if theirs is not None and not theirs.mobile and theirs != contact.telephone else None
        return contact.with_fixe(contact.fixe or other.fixe or spare, at, by)

    def with_fixe(self, fixe: Telephone | None, at: datetime, by: str) -> "Contact":
        """The contact with another landline beside; the same object when nothing differs. Raises Invalid."""
        if fixe == self.fixe:
            return self
        if fixe is not None and fixe.mobile:
            raise Invalid(
                "Ce numéro est un mobile : saisissez-le comme téléphone, il pourra recevoir un SMS.",
                [FieldProblem("fixe", "mobile-as-landline", "Un numéro fixe est attendu.")],
            )
        return replace(self, fixe=fixe, changed_at=at, changed_by=by)


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
