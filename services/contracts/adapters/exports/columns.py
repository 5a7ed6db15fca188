"""The columns of exported files: what stands under which French header."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.contracts.adapters.phones import FrenchTelephones
from services.contracts.application.ports.exports import ExportedDossier
from services.contracts.application.queries.exports import Kind, Row
from services.contracts.domain.cers.states import LABELS, State
from services.contracts.domain.dossiers.contact import Telephone
from shared.kernel.clock import legal_date

Cell = str | int | date | None

_TELEPHONES = FrenchTelephones()
_NATURES = {
    "premier": "premier CER",
    "renouvellement": "renouvellement",
    "modification": "modification",
    "retablissement": "rétablissement",
}


@dataclass(frozen=True)
class Column:
    """A header, and what a row gives under it."""

    header: str
    cell: Callable[[Any], Cell]


def _day(instant: datetime | None) -> date | None:
    return legal_date(instant) if instant is not None else None


def _telephone(row: ExportedDossier) -> str | None:
    """As it is read in France: a spreadsheet makes a sum of `+33…`."""
    return _TELEPHONES.shown(Telephone(row.telephone, mobile=True)) if row.telephone else None


def _state(row: Any) -> str | None:
    return LABELS[State(row.state)] if row.state else None


_IDENTITY: tuple[Column, ...] = (
    Column("Organisme", lambda row: row.organisme),
    Column("N° organisme", lambda row: row.numero_organisme),
    Column("Matricule", lambda row: row.matricule),
    Column("Civilité", lambda row: row.civilite),
    Column("Nom de naissance", lambda row: row.nom_naissance),
    Column("Nom d'usage", lambda row: row.nom_usage),
    Column("Prénoms", lambda row: " ".join(row.prenoms)),
    Column("Date de naissance", lambda row: row.date_naissance),
    Column("Territoire", lambda row: row.territory),
    Column("Référent", lambda row: row.referent_name or row.referent_id),
)
_DATES: tuple[Column, ...] = (
    Column("Nature", lambda row: _NATURES.get(row.nature or "", row.nature)),
    Column("État", _state),
    Column("Date de signature", lambda row: row.date_signature),
    Column("Date de début", lambda row: row.date_debut),
    Column("Date de fin", lambda row: row.date_fin),
    Column("Date de décision", lambda row: _day(row.decided_at)),
)
COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.DOSSIERS: (
        *_IDENTITY,
        Column("Référent depuis le", lambda row: row.referent_since),
        Column("Orientation", lambda row: row.orientation),
        Column("Entrée au RSA", lambda row: row.date_entree_rsa),
        Column("Adresse", lambda row: ", ".join(row.adresse)),
        Column("Mail", lambda row: row.mail),
        Column("Téléphone", _telephone),
        Column("N° du dernier CER", lambda row: row.numero),
        *_DATES,
        Column("Identifiant", lambda row: str(row.dossier_id)),
    ),
    Kind.CERS: (
        *_IDENTITY,
        Column("N° du CER", lambda row: row.numero),
        *_DATES,
        Column("Soumis le", lambda row: _day(row.submitted_at)),
        Column("Soumission n°", lambda row: row.submission),
        Column("Priorité", lambda row: row.priority),
        Column("Accord", lambda row: row.accord),
        Column("Dernier contrat", lambda row: "oui" if row.dernier_contrat else "non"),
        Column("Identifiant", lambda row: str(row.cer_id)),
        Column("Dossier", lambda row: str(row.dossier_id)),
    ),
}


def headers(kind: Kind) -> list[str]:
    """The first line."""
    return [column.header for column in COLUMNS[kind]]


def cells(kind: Kind, rows: Sequence[Row]) -> list[list[Cell]]:
    """The lines of these rows."""
    return [[column.cell(row) for column in COLUMNS[kind]] for row in rows]
