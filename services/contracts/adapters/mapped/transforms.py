"""The closed set of transformations that a mapping can name. Each takes the text of a cell and gives another."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from services.contracts.domain.dossiers.household import plain

MANY = "\n"  # between several values of one field


class Unfit(Exception):  # noqa: N818 - it says what the value is
    """The value of a cell cannot be used: a stable code and a French reason that does not repeat it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


Transform = Callable[[str], str]

_MONTHS = {
    name: rank
    for rank, names in enumerate(
        ("JANVIER JANV", "FEVRIER FEVR", "MARS", "AVRIL AVR", "MAI", "JUIN", "JUILLET JUIL", "AOUT", "SEPTEMBRE SEPT",
         "OCTOBRE OCT", "NOVEMBRE NOV", "DECEMBRE DEC"), start=1)
    for name in names.split()
}  # fmt: skip
_FRENCH = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"[T ]\d{1,2}[:h]\d{2}(?:[:m]\d{2}(?:[.,]\d+)?)?s?(?:Z|[+-]\d{2}:?\d{2})?$")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4})")
_WORDS = re.compile(r"(\d{1,2})(?:er)?\s+([^\W\d_]+)\.?\s+(\d{4})", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_SPREADSHEET = "Un tableur a changé ce numéro en 1,23E+14 et perdu des chiffres : reprenez-le de l'original."
_BETWEEN_PHONES = re.compile(r"\s*(?:[/;,|\n]|\bou\b|\bet\b|\s-\s)\s*", re.IGNORECASE)
_EPOCHS = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}


def date_fr(text: str) -> str:
    """A date as people and software write them, in ISO 8601; a time after it is left out."""
    text = _TIME.sub("", text.strip())
    for pattern, order in ((_ISO, (0, 1, 2)), (_FRENCH, (2, 1, 0)), (_COMPACT, (2, 1, 0))):
        if found := pattern.fullmatch(text):
            parts = found.groups()
            return _date(*(int(parts[place]) for place in order))
    if found := _WORDS.fullmatch(text):
        day, month, year = found.groups()
        return _date(int(year), _MONTHS.get(plain(month), 0), int(day))
    raise Unfit("date", "Date illisible : JJ/MM/AAAA est attendu.")


def matricule(text: str) -> str:
    """As written, blanks left out: it is a text, and its zeros count."""
    if _SCIENTIFIC.fullmatch(text):
        raise Unfit("scientific", _SPREADSHEET)
    return re.sub(r"[\s.']", "", text)


def phone_fr(text: str) -> str:
    """One number, with the leading zero that a spreadsheet took away."""
    if _SCIENTIFIC.fullmatch(text):
        raise Unfit("scientific", _SPREADSHEET)
    number = re.sub(r"[^\d+]", "", text.replace("(0)", ""))
    if number.startswith("00"):
        number = "+" + number[2:]
    if re.fullmatch(r"33[1-9]\d{8}", number):
        number = "+" + number
    return "0" + number if re.fullmatch(r"[1-9]\d{8}", number) else number


def split_phones(text: str) -> str:
    """Every number of a cell (`06… / 04…`), one a line; several digits stuck together are cut by ten."""
    parts = [part for part in _BETWEEN_PHONES.split(text) if re.search(r"\d", part)]
    numbers: list[str] = []
    for part in parts:
        digits = re.sub(r"[\s.]", "", part)
        stuck = re.fullmatch(r"(0\d{9})(0\d{9})", digits)
        numbers += stuck.groups() if stuck else (part,)
    return MANY.join(phone_fr(number) for number in numbers)


def first_phone(text: str) -> str:
    """The first number of a cell."""
    return split_phones(text).split(MANY)[0]


def organisme_from_name(text: str) -> str:
    """CAF or MSA, from a name such as « Caisse d'allocations familiales de l'Ardèche »."""
    name = plain(text)
    if name.startswith("CAF") or "ALLOCATIONSFAMILIALES" in name:
        return "CAF"
    if name.startswith("MSA") or "MUTUALITESOCIALEAGRICOLE" in name:
        return "MSA"
    raise Unfit("organisme", "Ni CAF ni MSA.")


def civilite(text: str) -> str:
    """`Mme` or `M.`."""
    return _one_of(text, {"MME": "Mme", "MADAME": "Mme", "MLE": "Mme", "MLLE": "Mme", "F": "Mme", "M": "M.", "MR": "M.",
                          "MONSIEUR": "M.", "H": "M."}, "Civilité inconnue : Mme ou M.")  # fmt: skip


def sexe(text: str) -> str:
    """`F` or `M`."""
    return _one_of(text, {"F": "F", "FEMME": "F", "FEMININ": "F", "2": "F", "M": "M", "H": "M", "HOMME": "M",
                          "MASCULIN": "M", "1": "M"}, "Sexe inconnu : F ou M.")  # fmt: skip


def yes_no(text: str) -> str:
    """`oui` or `non`."""
    return _one_of(text, _YES | _NO, "Oui ou non est attendu.")


_YES = dict.fromkeys(("OUI", "O", "1", "VRAI", "TRUE", "X"), "oui")
_NO = dict.fromkeys(("NON", "N", "0", "FAUX", "FALSE"), "non")


def digits(text: str) -> str:
    """The digits alone."""
    return re.sub(r"\D", "", text)


SIMPLE: dict[str, Transform] = {
    "strip": str.strip,
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "digits": digits,
    "matricule": matricule,
    "phone_fr": phone_fr,
    "first_phone": first_phone,
    "split_phones": split_phones,
    "date_fr": date_fr,
    "excel_serial_date": lambda text: serial_date(text, 1900),
    "organisme_from_name": organisme_from_name,
    "civilite": civilite,
    "sexe": sexe,
    "yes_no": yes_no,
}


def serial_date(text: str, epoch: int) -> str:
    """A spreadsheet's day number (1900 or 1904 system), or a written date, in ISO 8601."""
    if not re.fullmatch(r"\d{1,6}(?:[.,]0*)?", text):
        return date_fr(text)
    try:
        return (_EPOCHS[epoch] + timedelta(days=int(re.split(r"[.,]", text)[0]))).isoformat()
    except OverflowError:
        raise Unfit("date", "Ce n'est pas un numéro de jour de tableur.") from None


def _formats(formats: list[str]) -> Transform:
    def read(text: str) -> str:
        for one in formats:
            try:
                return datetime.strptime(text, one).date().isoformat()  # noqa: DTZ007 - a date without a time
            except ValueError:
                continue
        raise Unfit("date", "La date n'est dans aucun des formats du mapping.")

    return read


def _map(table: Mapping[str, str]) -> Transform:
    known = {plain(key): value for key, value in table.items()}

    def read(text: str) -> str:
        return _one_of(text, known, "Valeur que le mapping ne connaît pas : ajoutez-la à « map ».")

    return read


# With an argument: its type, and what it makes of it.
WITH_ARGUMENT: dict[str, tuple[type, Callable[[Any], Transform]]] = {
    "date": (list, _formats),
    "map": (dict, _map),
    "excel_serial_date": (int, lambda epoch: lambda text: serial_date(text, epoch)),
    "zeros_left": (int, lambda width: lambda text: text.zfill(width)),
    "zeros_right": (int, lambda width: lambda text: text.ljust(width, "0")),
    "before": (str, lambda mark: lambda text: text.split(mark)[0].strip()),
    "after": (str, lambda mark: lambda text: text.split(mark, 1)[-1].strip()),
}


def _one_of(text: str, known: Mapping[str, str], reason: str) -> str:
    try:
        return known[plain(text)]
    except KeyError:
        raise Unfit("unknown-value", reason) from None


def _date(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Unfit("date", "Cette date n'existe pas.") from None
