"""One foyer of the flow, already valid for the schema, as a household and its persons.

A NIR is hashed here, or not read.
"""

import re
from datetime import date

from lxml import etree

from services.contracts.application.ports import Nirs
from services.contracts.domain.dossiers.household import Household, Person, plain
from services.contracts.domain.dossiers.nir import NirHash, UnusableNir
from services.contracts.domain.imports.flow import FlowFacts, ReadFoyer, ReadPerson

ORGANISMES = frozenset({"CAF", "MSA"})
# Demandeur and conjoint have rights and obligations; children (ENF) and other dependants (AUT) have no CER.
ROLES_WITH_CER = frozenset({"DEM", "CJT"})
CIVILITES = {"MR": "M.", "MME": "Mme", "MLE": "Mme"}
SEXES = {"1": "M", "2": "F"}
CURRENT_ADDRESS = 1


class UnreadableFoyer(Exception):  # noqa: N818 - it says what the foyer is
    """The schema accepts the foyer, we cannot: its line, a stable code, a French reason without personal data."""

    def __init__(self, element: etree._Element, code: str, reason: str) -> None:
        super().__init__(code)
        self.line = element.sourceline
        self.code = code
        self.reason = reason


def read_foyer(foyer: etree._Element, encoding: str, facts: FlowFacts, nirs: Nirs | None) -> ReadFoyer:
    """The household and those of its members who have a CER. Raises UnreadableFoyer."""
    household = _household(foyer)
    adresse = _adresse(foyer)
    persons, others = [], 0
    for person in foyer.iterfind("Personne"):
        if _role(person) in ROLES_WITH_CER:
            read = _person(person, foyer, adresse, encoding)
            persons.append(ReadPerson(person.sourceline or 0, read, _nir(person, facts, nirs)))
        else:
            others += 1
    return ReadFoyer(foyer.sourceline or 0, household, tuple(persons), others)


def _household(foyer: etree._Element) -> Household:
    organisme = _text(foyer, "IdentificationRSA/Organisme/FONORG")
    matricule = _text(foyer, "IdentificationRSA/Organisme/MATRICULE")
    if organisme not in ORGANISMES:
        raise UnreadableFoyer(foyer, "organisme", "FONORG : ni CAF ni MSA.")
    if not re.fullmatch(r"[0-9]{1,15}", matricule):
        raise UnreadableFoyer(foyer, "matricule", "MATRICULE : 1 à 15 chiffres sont attendus.")
    return Household(organisme, _text(foyer, "IdentificationRSA/Organisme/NUMORG"), matricule)


def _role(person: etree._Element) -> str:
    for prestation in person.iterfind("Prestations"):
        if _text(prestation, "NATPREST") == "RSA":
            return _text(prestation, "ROLEPERS")
    return ""


def _person(person: etree._Element, foyer: etree._Element, adresse: tuple[str, ...], encoding: str) -> Person:
    nom_naissance, nom = _text(person, "Identification/NOMNAI"), _text(person, "Identification/NOM")
    nom_naissance = nom_naissance or nom
    found = (_text(person, f"Identification/{tag}") for tag in ("PRENOM", "PRENOM2", "PRENOM3"))
    prenoms = tuple(prenom for prenom in found if prenom)
    if not plain(nom_naissance) or not prenoms or not plain(prenoms[0]):
        raise UnreadableFoyer(person, "name", "NOMNAI ou PRENOM est vide.")
    _check_encoding(person, (nom_naissance, nom, *prenoms, *adresse), encoding)
    sexe = SEXES.get(_text(person, "Identification/SEXE"))
    if sexe is None:
        raise UnreadableFoyer(person, "sexe", "SEXE : 1 ou 2 est attendu.")
    return Person(
        civilite=CIVILITES.get(_text(person, "Identification/QUAL"), "M." if sexe == "M" else "Mme"),
        sexe=sexe,
        nom_naissance=nom_naissance,
        nom_usage=nom if nom and plain(nom) != plain(nom_naissance) else None,
        prenoms=prenoms,
        date_naissance=_date(person, "Identification/DTNAI"),
        adresse=adresse,
        situation_familiale=_text(foyer, "DonneesAdministratives/SituationFamille/SITFAM") or None,
        date_entree_rsa=_date(foyer, "IdentificationRSA/DemandeRSA/DTDEMRSA"),
    )


def _nir(person: etree._Element, facts: FlowFacts, nirs: Nirs | None) -> NirHash | None:
    """The hash of the person's NIR; none without a key, or for a number that identifies nobody, which is counted."""
    read = nirs.read(_text(person, "Identification/NIR")) if nirs is not None else None
    if isinstance(read, UnusableNir):
        facts.unusable_nirs[read.value] += 1
        return None
    return read


def _check_encoding(person: etree._Element, texts: tuple[str, ...], encoding: str) -> None:
    """UTF-8 bytes declared as windows-1252 read as `Ã©`: a name must not be kept so."""
    if encoding == "utf-8":
        return
    for text in texts:
        try:
            mistaken = not text.isascii() and text.encode(encoding).decode("utf-8") != text
        except UnicodeError:
            mistaken = False
        if mistaken:
            raise UnreadableFoyer(person, "encoding", f"Le fichier est en UTF-8 mais se déclare {encoding}.")


def _adresse(foyer: etree._Element) -> tuple[str, ...]:
    """The lines of the address of rank 1, as an envelope shows them."""
    for adresse in foyer.iterfind("DonneesAdministratives/Adresse"):
        if int(_text(adresse, "TroncCommunAdresse/RGADR")) == CURRENT_ADDRESS:
            return _french_lines(adresse) or _foreign_lines(adresse)
    return ()


def _french_lines(adresse: etree._Element) -> tuple[str, ...]:
    detail = adresse.find("AdresseDetailleeFrance")
    if detail is None:
        return ()
    voie = " ".join(_text(detail, tag) for tag in ("NUMVOIE", "LIBTYPEVOIE", "NOMVOIE"))
    ville = f"{_text(detail, 'CODEPOS').zfill(5)} {_text(detail, 'NOMCOM')}"
    lines = (_text(detail, "COMPLIDEADR"), _text(detail, "COMPLADR"), voie, _text(detail, "LIEUDIST"), ville)
    return tuple(" ".join(line.split()) for line in lines if line.split())


def _foreign_lines(adresse: etree._Element) -> tuple[str, ...]:
    lines = [_text(adresse, f"AdresseHorsFrance/LIBLIG{rank}ADR") for rank in range(2, 8)]
    return tuple(" ".join(line.split()) for line in lines if line.split())


def _date(element: etree._Element, path: str) -> date:
    text = _text(element, path)
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise UnreadableFoyer(element, "date", f"{path.rsplit('/', 1)[-1]} : date illisible.") from None


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
