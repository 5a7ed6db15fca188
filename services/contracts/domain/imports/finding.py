"""Which known dossier a line of a file means, when it only completes or adds to what is known."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.contracts.domain.dossiers.household import plain
from services.contracts.domain.dossiers.identifying import Owners
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.nir import NirHash
from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import Line

_UNKNOWN = "Aucun dossier ne correspond : ce fichier complète les dossiers connus, il n'en crée pas."
_SEVERAL = "Plusieurs personnes du foyer peuvent correspondre : ajoutez nom, prénom ou date de naissance."


def find(line: Line, known: Sequence[Dossier], owners: Owners | None = None) -> Dossier | Refused:
    """The one dossier, among those of the matricule, that a line means by NIR or by names; or why none."""
    theirs = [one for one in known if one.id in (owners or {}).get(line.said.get("nir", NirHash(b"")), ())]
    if len(theirs) == 1:
        return theirs[0]
    fits = [one for one in known if _fits(line.said, one)]
    if len(fits) == 1:
        return fits[0]
    if not fits:
        return Refused(line.number, "unknown-person", _UNKNOWN, "matricule")
    return Refused(line.number, "ambiguous", _SEVERAL, "matricule")


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
