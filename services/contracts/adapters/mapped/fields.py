"""The fields that a mapping can fill in: for which kinds of file, how their text is read by default, their type."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.contracts.adapters.mapped import transforms
from services.contracts.adapters.mapped.transforms import MANY, Unfit
from services.contracts.adapters.phones import FrenchTelephones
from services.contracts.domain.dossiers.contact import read_mail
from services.contracts.domain.dossiers.household import plain
from services.contracts.domain.imports.lines import Kind
from shared.kernel.errors import Invalid

MAX_TEXT = 300
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TELEPHONES = FrenchTelephones()


@dataclass(frozen=True)
class Field:
    """One field: `needed` are the kinds that must have it, `known` those that may. `read` gives its value, or Unfit."""

    read: Callable[[str], Any]
    known: frozenset[Kind]
    needed: frozenset[Kind] = frozenset()
    default: tuple[str, ...] = ()


def check_text(text: str) -> str:
    """A line of text that PostgreSQL and a letter can hold. Raises Unfit."""
    if _CONTROL.search(text):
        raise Unfit("control-character", "La cellule contient un caractère interdit (nul ou de commande).")
    if len(text) > MAX_TEXT:
        raise Unfit("too-long", f"Plus de {MAX_TEXT} caractères.")
    return " ".join(text.split())


def _name(text: str) -> str:
    if not plain(text):
        raise Unfit("name", "Un nom contient au moins une lettre.")
    return check_text(text)


def _prenoms(text: str) -> tuple[str, ...]:
    return tuple(_name(one) for one in re.split(r"[,;\s]+", text) if one)


def _adresse(text: str) -> tuple[str, ...]:
    return tuple(line for one in text.split(MANY) if (line := check_text(one)))


def _matricule(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z]{1,15}", text):
        raise Unfit("matricule", "1 à 15 chiffres ou lettres sont attendus.")
    return text


def _organisme(text: str) -> str:
    if text not in {"CAF", "MSA"}:
        raise Unfit("organisme", "CAF ou MSA est attendu : ajoutez organisme_from_name au mapping.")
    return text


def _numero(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Z]{1,5}", text):
        raise Unfit("numero-organisme", "Le numéro de l'organisme a 1 à 5 chiffres (par exemple 071).")
    return text


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Unfit("date", "Date illisible : JJ/MM/AAAA est attendu.") from None
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise Unfit("date", "Cette date n'est pas vraisemblable.")
    return day


def _telephones(text: str) -> tuple[Any, ...]:
    try:
        found = [_TELEPHONES.read(one) for one in text.split(MANY)]
    except Invalid:
        raise Unfit("not-a-number", "Numéro de téléphone illisible : 06 12 34 56 78 est attendu.") from None
    return tuple(one for one in found if one is not None)


def _mail(text: str) -> str | None:
    try:
        return read_mail(text)
    except Invalid:
        raise Unfit("not-a-mail", "Adresse mail illisible : nom@domaine.fr est attendu.") from None


def _choice(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise Unfit("unknown-value", f"Attendu : {', '.join(values)}. Complétez « map » dans le mapping.")
        return text

    return read


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) < 1:
        raise Unfit("number", "Un numéro de 1 à 9999 est attendu.")
    return int(text)


def _flag(text: str) -> bool:
    return transforms.yes_no(text) == "oui"


_B, _C, _R = Kind.BENEFICIARIES, Kind.CONTACTS, Kind.CERS
_ALL, _PERSONS, _BENEFICIARIES, _CERS = frozenset(Kind), frozenset({_B, _C}), frozenset({_B}), frozenset({_R})
_OTHERS = frozenset({_C, _R})

FIELDS: dict[str, Field] = {
    "organisme": Field(_organisme, _ALL, _BENEFICIARIES, ("organisme_from_name",)),
    "numero_organisme": Field(_numero, _ALL, _BENEFICIARIES),
    "matricule": Field(_matricule, _ALL, _ALL, ("matricule",)),
    "nom_naissance": Field(_name, _ALL, _BENEFICIARIES),
    "nom": Field(_name, _OTHERS),
    "nom_usage": Field(_name, _ALL),
    "prenoms": Field(_prenoms, _ALL, _BENEFICIARIES),
    "date_naissance": Field(_day, _ALL, _BENEFICIARIES, ("date_fr",)),
    "civilite": Field(_choice("Mme", "M."), _PERSONS, default=("civilite",)),
    "sexe": Field(_choice("F", "M"), _PERSONS, default=("sexe",)),
    "adresse": Field(_adresse, _PERSONS),
    "situation_familiale": Field(check_text, _PERSONS),
    "date_entree_rsa": Field(_day, _PERSONS, default=("date_fr",)),
    "nir": Field(check_text, _PERSONS),
    "territory": Field(check_text, _PERSONS),
    "mail": Field(_mail, _PERSONS),
    "telephones": Field(_telephones, _PERSONS, default=("split_phones",)),
    "external_id": Field(check_text, _CERS, _CERS),
    "numero": Field(_number, _CERS, _CERS),
    "nature": Field(
        _choice("premier", "renouvellement", "modification", "retablissement"), _CERS, _CERS
    ),
    "date_signature": Field(_day, _CERS, default=("date_fr",)),
    "date_debut": Field(_day, _CERS, _CERS, ("date_fr",)),
    "date_fin": Field(_day, _CERS, default=("date_fr",)),
    "state": Field(_choice("valide", "non_valide"), _CERS, _CERS),
    "dernier_contrat": Field(_flag, _CERS),
    "referent": Field(check_text, _CERS),
}  # fmt: skip
