"""Households and the persons in them: who is the same, who is another, who has to be told apart by hand.

A household is an organisme (CAF or MSA), its number, and the matricule: text, kept as written, since zeros count.
Spouses share it. A person in it is told by nom de naissance, first prénom and date de naissance;
identifying.py looks at the hash of a NIR before that.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum

# What the matricule of a household begins with until somebody gives the one of the CAF or the MSA.
PROVISIONAL = "provisoire-"


@dataclass(frozen=True)
class Household:
    """What identifies a foyer for the organisme that pays."""

    organisme: str
    numero_organisme: str
    matricule: str

    @property
    def provisional(self) -> bool:
        """Whether the dossier was made by hand, without a matricule: no file names this household."""
        return self.matricule.startswith(PROVISIONAL)


@dataclass(frozen=True)
class Person:
    """What the flow of the CAF or the MSA says of a person."""

    civilite: str
    sexe: str
    nom_naissance: str
    nom_usage: str | None
    prenoms: tuple[str, ...]
    date_naissance: date
    adresse: tuple[str, ...] = ()
    situation_familiale: str | None = None
    date_entree_rsa: date | None = None

    @property
    def key(self) -> "PersonKey":
        """What tells this person from the others of the household."""
        return PersonKey(plain(self.nom_naissance), plain(self.prenoms[0]), self.date_naissance)

    def changed_from(self, other: "Person") -> list[str]:
        """Names of the fields that differ."""
        return [item.name for item in fields(self) if getattr(self, item.name) != getattr(other, item.name)]

    def named_as(self, other: "Person") -> "Person":
        """With the names and the birth date of the other."""
        return replace(
            self, nom_naissance=other.nom_naissance, prenoms=other.prenoms, date_naissance=other.date_naissance
        )

    def completed_from(self, other: "Person") -> "Person":
        """With what it leaves out as the other says it: what was known before, or another dossier of the person."""
        usage = self.nom_usage or other.nom_usage
        if self.nom_usage is None and usage is not None and plain(usage) == plain(self.nom_naissance):
            usage = None
        return replace(
            self,
            nom_usage=usage,
            adresse=self.adresse or other.adresse,
            situation_familiale=self.situation_familiale or other.situation_familiale,
            date_entree_rsa=self.date_entree_rsa or other.date_entree_rsa,
        )


@dataclass(frozen=True)
class PersonKey:
    """Compared without accents, case, hyphens or spaces: `NOËL` and `Noel` are one first name."""

    nom_naissance: str
    prenom: str
    date_naissance: date

    def looks_like(self, other: "PersonKey") -> bool:
        """Two of the three agree: the same person corrected, or somebody else. Only a person can tell."""
        return (
            sum(
                (
                    self.nom_naissance == other.nom_naissance,
                    self.prenom == other.prenom,
                    self.date_naissance == other.date_naissance,
                )
            )
            == 2
        )


class Match(Enum):
    """What a person of the flow is for the household as known."""

    NEW = "new"
    KNOWN = "known"
    AMBIGUOUS = "ambiguous"


def match(persons: Sequence[Person], known: Mapping[PersonKey, object]) -> list[Match]:
    """Says of each person of one foyer whether they are known, new, or to be matched by hand.

    Ambiguous: two of the foyer share name, first name and date; or a new one looks like somebody known whom the flow no
    longer names.
    """
    counts = Counter(person.key for person in persons)
    unnamed = [key for key in known if key not in counts]
    return [_match(person.key, counts, known, unnamed) for person in persons]


def _match(
    key: PersonKey, counts: Mapping[PersonKey, int], known: Mapping[PersonKey, object], unnamed: Sequence[PersonKey]
) -> Match:
    if counts[key] > 1:
        return Match.AMBIGUOUS
    if key in known:
        return Match.KNOWN
    return Match.AMBIGUOUS if any(key.looks_like(other) for other in unnamed) else Match.NEW


def plain(text: str) -> str:
    """Capital letters and digits only, without accents; ligatures spelt out."""
    if text.isascii() and text.isalnum():
        return text.upper()
    spelt = text.upper().replace("Œ", "OE").replace("Æ", "AE")
    decomposed = unicodedata.normalize("NFKD", spelt)
    return "".join(char for char in decomposed if char.isalnum())
