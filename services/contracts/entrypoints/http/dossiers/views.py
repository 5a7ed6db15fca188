"""What agents get back of dossiers. Dates are ISO 8601; instants are UTC."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.contracts.application.ports import Telephones
from services.contracts.domain.agents.model import Agent
from services.contracts.domain.dossiers.model import Dossier


class ReferentView(BaseModel):
    """Who accompanies the person, and since when."""

    id: str
    full_name: str | None
    since: date | None


class UnreachedView(BaseModel):
    """Nobody was reached there."""

    what: str = Field(description="`mail`, `telephone` or `adresse`: another one clears it")
    code: str = Field(description="`smtp-550`, `bounce-5.1.1`, `sms-not-delivered`, `post-rejected`…")
    at: datetime


class ContactView(BaseModel):
    """How to reach the person. `telephone` and `fixe` are E.164, `…_shown` as read in France.

    `telephone` is the one to call first, a mobile where there is one; `fixe` is a landline beside it.
    """

    mail: str | None
    telephone: str | None
    telephone_shown: str | None
    can_receive_sms: bool
    fixe: str | None
    fixe_shown: str | None
    changed_at: datetime | None
    changed_by: str | None
    unreached: list[UnreachedView] = Field(default=[], description="What messages came back from")


class DossierLine(BaseModel):
    """A dossier in a list."""

    id: UUID
    organisme: str
    matricule: str
    nom_naissance: str
    nom_usage: str | None
    prenoms: tuple[str, ...]
    date_naissance: date
    territory: str
    referent_id: str | None
    score: float | None = Field(default=None, description="Of a search with `q`: 1 answers exactly, less only nearly")

    @classmethod
    def of(cls, dossier: Dossier, score: float | None = None) -> Self:
        """The line of a dossier."""
        return cls.model_validate(_person(dossier) | {"referent_id": dossier.referent_id, "score": score})


class DossierPage(BaseModel):
    """Without `q`, a page of dossiers by name: `next` is the `after` of the page that follows.

    With `q`, the best answers first, in one bounded page: `next` is null, and `more` asks for a more precise search.
    """

    dossiers: list[DossierLine]
    next: UUID | None
    more: bool


class DossierView(BaseModel):
    """A dossier. `version` is also its ETag."""

    id: UUID
    version: int
    organisme: str
    numero_organisme: str
    matricule: str
    civilite: str
    sexe: str
    nom_naissance: str
    nom_usage: str | None
    prenoms: tuple[str, ...]
    date_naissance: date
    adresse: tuple[str, ...]
    situation_familiale: str | None
    date_entree_rsa: date | None
    territory: str
    orientation: str | None
    orientation_since: date | None
    referent: ReferentView | None
    contact: ContactView

    @classmethod
    def of(cls, dossier: Dossier, referent: Agent | None, telephones: Telephones) -> Self:
        """A dossier with its référent."""
        person, contact = dossier.person, dossier.contact
        named = None
        if dossier.referent_id is not None:
            name = referent.full_name if referent else None
            named = ReferentView(id=dossier.referent_id, full_name=name, since=dossier.referent_since)
        return cls.model_validate(
            _person(dossier)
            | {
                "version": dossier.version,
                "numero_organisme": dossier.household.numero_organisme,
                "civilite": person.civilite,
                "sexe": person.sexe,
                "adresse": person.adresse,
                "situation_familiale": person.situation_familiale,
                "date_entree_rsa": person.date_entree_rsa,
                "orientation": dossier.orientation,
                "orientation_since": dossier.orientation_since,
                "referent": named,
                "contact": ContactView(
                    mail=contact.mail,
                    telephone=contact.telephone.number if contact.telephone else None,
                    telephone_shown=telephones.shown(contact.telephone) if contact.telephone else None,
                    can_receive_sms=contact.mobile is not None,
                    fixe=contact.fixe.number if contact.fixe else None,
                    fixe_shown=telephones.shown(contact.fixe) if contact.fixe else None,
                    changed_at=contact.changed_at,
                    changed_by=contact.changed_by,
                    unreached=[UnreachedView(**vars(one)) for one in contact.unreached],
                ),
            }
        )


class ChangeView(BaseModel):
    """One field of a change, before and after."""

    field: str
    before: str | list[str] | None
    after: str | list[str] | None
    by: str
    origin: str = Field(description="`flow` (CAF or MSA), `file`, `service`, `agent`")
    at: datetime


class DossierHistory(BaseModel):
    """The changes of a dossier, newest first; `next` is the `after` of the page that follows."""

    changes: list[ChangeView]
    next: int | None


def _person(dossier: Dossier) -> dict[str, Any]:
    person = dossier.person
    return {
        "id": dossier.id,
        "organisme": dossier.household.organisme,
        "matricule": dossier.household.matricule,
        "nom_naissance": person.nom_naissance,
        "nom_usage": person.nom_usage,
        "prenoms": person.prenoms,
        "date_naissance": person.date_naissance,
        "territory": dossier.territory,
    }
