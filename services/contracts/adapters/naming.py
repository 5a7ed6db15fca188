"""Rows that name a person by household, names and birth date, for want of a dossier: how an erasure finds them.

Compared as the dossier says them and as its history did before, without accents or case, on both sides in SQL.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, func, literal_column, select, union_all

from services.contracts.adapters.tables import dossier, dossier_history, household
from shared.erasure.holdings import Person

_LIGATURES = (("Œ", "OE"), ("œ", "oe"), ("Æ", "AE"), ("æ", "ae"))


def names_them(
    person: Person, *, matricule: Any, nom_naissance: Any, prenom: Any, date_naissance: Any
) -> ColumnElement[bool]:
    """Whether these columns are those of the person, now or before. The birth date is text (ISO 8601)."""
    born = func.to_char(dossier.c.date_naissance, "YYYY-MM-DD")
    return and_(
        matricule.in_(_said(person, "matricule", household.c.matricule)),
        _bare(nom_naissance).in_(_spelt(person, "nom_naissance", dossier.c.nom_naissance)),
        _bare(prenom).in_(_spelt(person, "prenoms", dossier.c.prenoms[1], "{0}")),
        date_naissance.in_(_said(person, "date_naissance", born)),
    )


def _said(person: Person, field: str, now: Any, place: str = "{}") -> Select[Any]:
    """What the dossier says in a field, and each thing that it said before."""
    today = select(now.label("said")).select_from(dossier.join(household, household.c.id == dossier.c.household_id))
    before = dossier_history.c.before.op("#>>", return_type=Text())(literal_column(f"'{place}'"))
    former = select(before.label("said")).where(
        dossier_history.c.dossier_id == person.dossier_id,
        dossier_history.c.field == field,
        dossier_history.c.before.isnot(None),
    )
    both = union_all(today.where(dossier.c.id == person.dossier_id), former).subquery()
    return select(both.c.said)


def _spelt(person: Person, field: str, now: Any, place: str = "{}") -> Select[Any]:
    said = _said(person, field, now, place).subquery()
    return select(_bare(said.c.said))


def _bare(name: Any) -> Any:
    for ligature, letters in _LIGATURES:
        name = func.replace(name, ligature, letters)
    return func.regexp_replace(func.upper(func.normalize(name, literal_column("NFKD"))), "[^A-Z0-9]", "", "g")
