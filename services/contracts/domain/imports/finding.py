"""Which known dossier a line of a file means, and what the report says where that one was merged into another."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.contracts.domain.dossiers.household import plain
from services.contracts.domain.dossiers.identifying import Found, Owners
from services.contracts.domain.dossiers.merged import of_each_person
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.nir import NirHash
from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import Line

_SET_ASIDE = "Un agent a mis cette personne de côté : son dossier n'est ni créé ni modifié."
_MOVED = "Cette personne a un dossier dans un autre foyer : rapprochement manuel."
_BY_HAND = "Un dossier créé à la main, sans matricule, a ces noms et cette date de naissance : rapprochement manuel."
_AMBIGUOUS = "Cette personne ressemble à une autre du foyer : rapprochement manuel."
_UNKNOWN = "Aucun dossier ne correspond : ce fichier complète les dossiers connus, il n'en crée pas."
_MERGED = "Le dossier de ce foyer a été fusionné : ce que dit le fichier va au dossier qui reste, noms exceptés."
_TWICE = "Le fichier nomme aussi cette personne dans un autre foyer : cette ligne-ci ne change rien."
_SEVERAL = "Plusieurs personnes du foyer peuvent correspondre : ajoutez nom, prénom ou date de naissance."


def find(line: Line, known: Sequence[Dossier], owners: Owners | None = None) -> Dossier | Refused:
    """The one dossier, among those of the matricule, that a line means by NIR or by names; or why none."""
    theirs = of_each_person(
        one for one in known if one.current_id in (owners or {}).get(line.said.get("nir", NirHash(b"")), ())
    )
    if len(theirs) == 1:
        return theirs[0]
    fits = of_each_person(one for one in known if _fits(line.said, one))
    if len(fits) == 1:
        return fits[0]
    if not fits:
        return Refused(line.number, "unknown-person", _UNKNOWN, "matricule")
    return Refused(line.number, "ambiguous", _SEVERAL, "matricule")


def told_apart(line: int, found: Found) -> Refused:
    """Why an agent is asked who it is."""
    code, reason = "ambiguous", _AMBIGUOUS
    if found.elsewhere:
        code, reason = ("moved", _MOVED) if found.moved else ("made-by-hand", _BY_HAND)
    return Refused(line, code, reason, "nom_naissance")


def set_aside(line: int) -> Refused:
    """What an agent answered."""
    return Refused(line, "set-aside", _SET_ASIDE, "nom_naissance")


def told_of_merged(line: int) -> Refused:
    """What the report says of a line that names a household whose dossier was absorbed."""
    return Refused(line, "merged-household", _MERGED, "matricule")


def told_twice(line: int) -> Refused:
    """What it says where the person is named in the household of the dossier that remains as well."""
    return Refused(line, "named-elsewhere", _TWICE, "matricule")


def _fits(said: Mapping[str, Any], one: Dossier) -> bool:
    person, home = one.person, one.household
    names = {plain(name) for key in ("nom", "nom_naissance", "nom_usage") if (name := said.get(key))}
    checks = (
        said.get("organisme", home.organisme) == home.organisme,
        said.get("numero_organisme", home.numero_organisme) == home.numero_organisme,
        not names or bool(names & {plain(person.nom_naissance), plain(person.nom_usage or "")}),
        "prenoms" not in said or plain(said["prenoms"][0]) == plain(person.prenoms[0]),
        said.get("date_naissance", person.date_naissance) == person.date_naissance,
    )
    return all(checks)
