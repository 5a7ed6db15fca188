"""The list of agents in CSV or XLSX: one header line, columns in any order, whatever the encoding and separator."""

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from services.contracts.adapters.mapped.rows import Row, csv_rows
from services.contracts.adapters.mapped.transforms import Unfit
from services.contracts.adapters.mapped.workbook import is_workbook, workbook_rows
from services.contracts.application.ports import Telephones
from services.contracts.domain.agents.listing import AgentLine
from services.contracts.domain.dossiers.contact import read_mail
from services.contracts.domain.dossiers.household import plain
from services.contracts.domain.imports.flow import BrokenFlow, Refused
from shared.kernel.errors import Invalid
from shared.security.principal import Role

MAX_CELL = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

# The names that a column may bear, compared without accents, case or blanks.
_COLUMNS = {
    "id": ("id", "identifiant"),
    "full_name": ("name", "nom", "nom complet"),
    "mail": ("mail", "courriel", "email"),
    "role": ("role",),
    "territories": ("territories", "territoires", "territory", "territoire"),
    "quality": ("quality", "qualite", "fonction"),
    "telephone": ("phone", "telephone"),
    "organisation": ("organisation", "external organisation", "organisme externe"),
    "active": ("active", "actif"),
}
_FIELD_OF = {plain(name): field for field, names in _COLUMNS.items() for name in names}
_NEEDED = ("id", "full_name", "role")
_ROLES = {plain(role.value): role for role in Role}
_YES = {"OUI", "O", "YES", "Y", "1", "TRUE", "VRAI", "ACTIF"}
_NO = {"NON", "N", "NO", "0", "FALSE", "FAUX", "INACTIF"}


def read_agents(file: BinaryIO, telephones: Telephones) -> Iterator[AgentLine | Refused]:
    """The lines of the file, or why one is refused. Raises BrokenFlow when the file cannot be read (on)."""
    rows = workbook_rows(file, None) if is_workbook(file) else csv_rows(file, "auto", "auto")
    header = next((row for row in rows if any(row.cells)), None)
    if header is None:
        raise BrokenFlow(Refused(1, "empty", "Le fichier est vide."))
    fields = _fields(header)
    seen: dict[str, int] = {}
    for row in rows:
        if not any(row.cells):
            continue
        try:
            line = _line(row, fields, telephones)
        except Unfit as unfit:
            yield Refused(row.number, unfit.code, unfit.reason)
            continue
        first = seen.setdefault(line.id, row.number)
        if first == row.number:
            yield line
        else:
            yield Refused(row.number, "repeated", f"cet identifiant est déjà à la ligne {first}.")


def _fields(header: Row) -> list[str]:
    fields = [_FIELD_OF.get(plain(cell), "") for cell in header.cells]
    unknown = [str(place) for place, field in enumerate(fields, start=1) if not field and header.cells[place - 1]]
    missing = [_COLUMNS[name][0] for name in _NEEDED if name not in fields]
    twice = sorted({_COLUMNS[name][0] for name in fields if name and fields.count(name) > 1})
    for found, words in (
        (missing, "Il manque des colonnes"),
        (unknown, "Des colonnes ne sont pas connues, aux rangs"),
        (twice, "Des colonnes sont là deux fois"),
    ):
        if found:
            reason = f"{words} : {', '.join(found)}. Attendues : {', '.join(names[0] for names in _COLUMNS.values())}."
            raise BrokenFlow(Refused(header.number, "header", reason))
    return fields


def _line(row: Row, fields: list[str], telephones: Telephones) -> AgentLine:
    if len(row.cells) > len(fields) and any(row.cells[len(fields) :]):
        raise Unfit("too-many-cells", "il y a plus de cellules que de colonnes : un séparateur est en trop.")
    cells = [*row.cells, *[""] * (len(fields) - len(row.cells))]
    texts = {field: _text(field, cell) for field, cell in zip(fields, cells, strict=False) if field}
    said: dict[str, Any] = {
        field: _READ[field](texts[field], telephones) for field in texts if field not in {"id", "active"}
    }
    if not texts["id"]:
        raise Unfit("missing", "l'identifiant (id) est vide.")
    return AgentLine(row.number, texts["id"], said, _active(texts.get("active", "")))


def _text(field: str, cell: str) -> str:
    if len(cell) > MAX_CELL or _CONTROL.search(cell):
        raise Unfit("text", f"{_COLUMNS[field][0]} : texte trop long, ou sur plusieurs lignes.")
    return cell


def _name(text: str, _: Telephones) -> str:
    if not text:
        raise Unfit("missing", "le nom (name) est vide.")
    return text


def _role(text: str, _: Telephones) -> Role:
    role = _ROLES.get(plain(text))
    if role is None:
        raise Unfit("role", f"rôle inconnu ; les rôles sont {', '.join(Role)}.")
    return role


def _territories(text: str, _: Telephones) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[,;|]", text) if part.strip()))


def _mail(text: str, _: Telephones) -> str | None:
    try:
        return read_mail(text)
    except Invalid:
        raise Unfit("mail", "l'adresse mail n'est pas valable.") from None


def _telephone(text: str, telephones: Telephones) -> str | None:
    try:
        number = telephones.read(text)
    except Invalid:
        raise Unfit("phone", "le numéro de téléphone n'est pas valable.") from None
    return number.number if number else None


def _active(text: str) -> bool | None:
    if not text:
        return None
    if plain(text) not in _YES | _NO:
        raise Unfit("active", "actif s'écrit oui ou non.")
    return plain(text) in _YES


_READ: dict[str, Callable[[str, Telephones], Any]] = {
    "full_name": _name,
    "role": _role,
    "territories": _territories,
    "mail": _mail,
    "quality": lambda text, _: text,
    "telephone": _telephone,
    "organisation": lambda text, _: text or None,
}
