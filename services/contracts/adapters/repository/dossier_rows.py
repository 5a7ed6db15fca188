"""Dossiers and households as rows, and back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select

from services.contracts.adapters.tables import dossier as table
from services.contracts.adapters.tables import household
from services.contracts.domain.dossiers.contact import Contact, Telephone, Unreached
from services.contracts.domain.dossiers.history import Change, facts
from services.contracts.domain.dossiers.household import Household, Person, plain
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.names import name_words
from shared.kernel.ids import derived_id

SELECT_DOSSIER = select(table, household.c.organisme, household.c.numero_organisme, household.c.matricule).join(
    household, household.c.id == table.c.household_id
)


def household_id(home: Household) -> UUID:
    return derived_id("household", home.organisme, home.numero_organisme, home.matricule)


def household_row_of(home: Household) -> dict[str, Any]:
    """The row of a household."""
    return {
        "id": household_id(home),
        "organisme": home.organisme,
        "numero_organisme": home.numero_organisme,
        "matricule": home.matricule,
    }


def row_of(one: Dossier) -> dict[str, Any]:
    """The row of a dossier, but its version."""
    person, contact = one.person, one.contact
    telephone = contact.telephone
    return {
        "id": one.id,
        "household_id": household_id(one.household),
        "registered_at": one.registered_at,
        "civilite": person.civilite,
        "sexe": person.sexe,
        "nom_naissance": person.nom_naissance,
        "nom_usage": person.nom_usage,
        "prenoms": list(person.prenoms),
        "date_naissance": person.date_naissance,
        "nom_key": person.key.nom_naissance,
        "usage_key": plain(person.nom_usage or ""),
        "prenom_key": person.key.prenom,
        "name_words": name_words(person),
        "adresse": list(person.adresse),
        "situation_familiale": person.situation_familiale,
        "date_entree_rsa": person.date_entree_rsa,
        "mail": contact.mail,
        "telephone": telephone.number if telephone else None,
        "telephone_mobile": telephone.mobile if telephone else None,
        "fixe": contact.fixe.number if contact.fixe else None,
        "telephone_changed_at": contact.telephone_changed_at,
        "contact_changed_at": contact.changed_at,
        "contact_changed_by": contact.changed_by,
        "unreached": [{"what": one.what, "code": one.code, "at": one.at.isoformat()} for one in contact.unreached],
        "territory": one.territory,
        "referent_id": one.referent_id,
        "referent_since": one.referent_since,
        "orientation": one.orientation,
        "orientation_since": one.orientation_since,
        "merged_into": one.merged_into,
    }


def line_of(one: Dossier, change: Change) -> dict[str, Any]:
    return {
        "dossier_id": one.id,
        "version": one.version,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "actor": change.act.by,
        "at": change.act.at,
    }


def dossier_of(row: RowMapping) -> Dossier:
    """A dossier from its row and its household's."""
    found = Dossier(
        id=row["id"],
        household=Household(row["organisme"], row["numero_organisme"], row["matricule"]),
        person=Person(
            civilite=row["civilite"],
            sexe=row["sexe"],
            nom_naissance=row["nom_naissance"],
            nom_usage=row["nom_usage"],
            prenoms=tuple(row["prenoms"]),
            date_naissance=row["date_naissance"],
            adresse=tuple(row["adresse"]),
            situation_familiale=row["situation_familiale"],
            date_entree_rsa=row["date_entree_rsa"],
        ),
        territory=row["territory"],
        registered_at=row["registered_at"],
        contact=Contact(
            mail=row["mail"],
            telephone=Telephone(row["telephone"], mobile=row["telephone_mobile"]) if row["telephone"] else None,
            telephone_changed_at=row["telephone_changed_at"],
            changed_at=row["contact_changed_at"],
            changed_by=row["contact_changed_by"],
            fixe=Telephone(row["fixe"], mobile=False) if row["fixe"] else None,
            unreached=tuple(
                Unreached(one["what"], one["code"], datetime.fromisoformat(one["at"])) for one in row["unreached"]
            ),
        ),
        referent_id=row["referent_id"],
        referent_since=row["referent_since"],
        orientation=row["orientation"],
        orientation_since=row["orientation_since"],
        merged_into=row["merged_into"],
        version=row["version"],
    )
    found.former = facts(found)
    return found
