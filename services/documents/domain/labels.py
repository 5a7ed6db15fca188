"""French words for the codes that an edition shows; a code that is not known here is shown as it is."""

from datetime import date

NATURES = {
    "premier": "Premier contrat",
    "renouvellement": "Renouvellement",
    "modification": "Modification du contrat en cours",
    "retablissement": "Rétablissement",
}

SEXES = {"F": "Femme", "M": "Homme", "H": "Homme", "1": "Homme", "2": "Femme"}

CIVILITES = {"MME": "Madame", "M": "Monsieur", "MR": "Monsieur", "MLE": "Madame"}

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def nature(code: str) -> str:
    """The CER's nature, in words."""
    return NATURES.get(code, code)


def sexe(code: str) -> str:
    """The sex, in words."""
    return SEXES.get(code.upper(), code)


def civilite(code: str) -> str:
    """The form of address, in full."""
    return CIVILITES.get(code.upper().rstrip("."), code)


def long_date(day: date) -> str:
    """A date as a French letter writes it: `1er juin 2025`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """A date as a French form writes it: `01/06/2025`."""
    return f"{day:%d/%m/%Y}"


def phone(number: str) -> str:
    """A French number as it is said (`06 12 34 56 78`), any other as it is kept (E.164)."""
    if number.startswith("+33") and len(number) == 12 and number[1:].isdigit():
        national = "0" + number[3:]
        return " ".join(national[at : at + 2] for at in range(0, 10, 2))
    return number
