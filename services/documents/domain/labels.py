"""French words for the codes that an edition shows; a code that is not known here is shown as it is."""

from datetime import date, datetime

from services.documents.domain.edition import EditionKind
from shared.kernel.clock import PARIS

KINDS = {
    EditionKind.CER_SANS_DECISION: "CER sans décision",
    EditionKind.CER_DECISION_VALIDE: "CER décision valide",
    EditionKind.CER_DECISION_NON_VALIDE: "CER décision non valide",
    EditionKind.NOTIFICATION_DECISION: "Notification de décision",
    EditionKind.CER_VIERGE: "CER vierge",
    EditionKind.CONVOCATION: "Convocation",
    EditionKind.RELANCE: "Relance",
    EditionKind.ORDRE_DU_JOUR: "Ordre du jour",
    EditionKind.PROCES_VERBAL: "Procès-verbal",
    EditionKind.LISTE_IMPRESSION: "Liste d'impression",
}

NATURES = {
    "premier": "Premier contrat",
    "renouvellement": "Renouvellement",
    "modification": "Modification du contrat en cours",
    "retablissement": "Rétablissement",
}

SEXES = {"F": "Femme", "M": "Homme", "H": "Homme", "1": "Homme", "2": "Femme"}

CIVILITES = {"MME": "Madame", "M": "Monsieur", "MR": "Monsieur", "MLE": "Madame"}

OPINIONS = {"favorable": "Favorable", "defavorable": "Défavorable", "ajourne": "Ajourné à une autre séance"}

REQUESTS = {
    "commission": "Passage en commission",
    "ep": "Passage en équipe pluridisciplinaire (EP)",
    "gei": "Passage en GEI",
    "gad": "Passage en GAD",
    "gecl": "Passage en GECl",
    "reorientation": "Réorientation à discuter",
    "rappel": "Demande à être rappelé",
}

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

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
    """The form of address, in full; a person of whom it is not known is addressed by both."""
    return CIVILITES.get(code.upper().rstrip("."), code) or "Madame, Monsieur"


def uncapitalised(text: str) -> str:
    """The text with a small letter at its beginning, for within a sentence; an acronym stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def long_date(day: date) -> str:
    """A date as a French letter writes it: `1er juin 2025`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def full_date(day: date) -> str:
    """A date with its weekday: `mardi 14 avril 2026`."""
    return f"{WEEKDAYS[day.weekday()]} {long_date(day)}"


def short_date(day: date) -> str:
    """A date as a French form writes it: `01/06/2025`."""
    return f"{day:%d/%m/%Y}"


def hour(instant: datetime) -> str:
    """The hour in metropolitan France, as a letter writes it: `9 h 30`, `14 h`."""
    local = instant.astimezone(PARIS)
    return f"{local.hour} h {local.minute:02d}" if local.minute else f"{local.hour} h"


def phone(number: str) -> str:
    """A French number as it is said (`06 12 34 56 78`), any other as it is kept (E.164)."""
    if number.startswith("+33") and len(number) == 12 and number[1:].isdigit():
        national = "0" + number[3:]
        return " ".join(national[at : at + 2] for at in range(0, 10, 2))
    return number
