"""What was known of a person, and what became of it: each change of a dossier, its author and its origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.contracts.domain.moves import Act

if TYPE_CHECKING:
    from services.contracts.domain.dossiers.model import Dossier

FLOW = "import:cnaf"
REGISTERED = "registered"
_ORIGINS = ((FLOW, "flow"), ("import:", "file"), ("service:", "service"))

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One field of a dossier, before and after, as JSON has it."""

    field: str
    before: Any
    after: Any
    act: Act

    @property
    def origin(self) -> str:
        """Where it comes from: `flow` (CAF or MSA), `file`, `service` (an event), `agent`."""
        return next((origin for start, origin in _ORIGINS if self.act.by.startswith(start)), "agent")


def facts(dossier: "Dossier") -> Facts:
    """All that is known of the person, by the names that events and the API use."""
    person, contact, home = dossier.person, dossier.contact, dossier.household
    return {
        "organisme": home.organisme,
        "numero_organisme": home.numero_organisme,
        "matricule": home.matricule,
        "civilite": person.civilite,
        "sexe": person.sexe,
        "nom_naissance": person.nom_naissance,
        "nom_usage": person.nom_usage,
        "prenoms": list(person.prenoms),
        "date_naissance": person.date_naissance.isoformat(),
        "adresse": list(person.adresse),
        "situation_familiale": person.situation_familiale,
        "date_entree_rsa": person.date_entree_rsa.isoformat() if person.date_entree_rsa else None,
        "mail": contact.mail,
        "telephone": contact.telephone.number if contact.telephone else None,
        "fixe": contact.fixe.number if contact.fixe else None,
        **{f"{what}_unreached": contact.why_unreached(what) for what in ("mail", "telephone", "adresse")},
        "territory": dossier.territory,
        "referent": dossier.referent_id,
        "merged_into": str(dossier.merged_into) if dossier.merged_into else None,
        "orientation": dossier.orientation,
        "orientation_since": dossier.orientation_since.isoformat() if dossier.orientation_since else None,
    }


def changes(former: Facts, now: Facts, act: Act) -> list[Change]:
    """What differs, in the order of the fields."""
    return [Change(name, former.get(name), now[name], act) for name in now if former.get(name) != now[name]]
