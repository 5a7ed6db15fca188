"""What a preview shows of a dossier: each field before and after, as text."""

from collections.abc import Mapping
from uuid import UUID

from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.imports.lines import Difference


def shown(dossier: Dossier) -> dict[str, str]:
    """What a preview compares, as text."""
    person, contact = dossier.person, dossier.contact
    values = {
        "organisme": dossier.household.organisme,
        "numero_organisme": dossier.household.numero_organisme,
        "matricule": dossier.household.matricule,
        "civilite": person.civilite,
        "sexe": person.sexe,
        "nom_naissance": person.nom_naissance,
        "nom_usage": person.nom_usage,
        "prenoms": " ".join(person.prenoms),
        "date_naissance": person.date_naissance.isoformat(),
        "adresse": ", ".join(person.adresse),
        "situation_familiale": person.situation_familiale,
        "date_entree_rsa": person.date_entree_rsa.isoformat() if person.date_entree_rsa else None,
        "territory": dossier.territory,
        "mail": contact.mail,
        "telephone": contact.telephone.number if contact.telephone else None,
        "fixe": contact.fixe.number if contact.fixe else None,
    }
    return {name: value for name, value in values.items() if value}


def differences(
    line: int, outcome: str, subject: UUID | None, before: Mapping[str, str], after: Mapping[str, str]
) -> list[Difference]:
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [Difference(line, outcome, subject, name, before.get(name), after.get(name)) for name in names]
