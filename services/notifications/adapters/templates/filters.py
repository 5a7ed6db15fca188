"""What templates write by rule: dates, numbers, codes in French."""

from collections.abc import Callable
from datetime import date

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_CIVILITES = {"M": "Monsieur", "MR": "Monsieur", "MME": "Madame", "MLE": "Madame"}
_FAILURES = {
    "edition-failed": "le document n'a pas pu être produit",
    "sms-unavailable": "aucun SMS n'a pu partir",
    "sealing-failed": "le cachet électronique n'a pas pu être apposé",
    "too-many-tries": "trop de codes incorrects ont été saisis",
    "phone-missing": "le dossier n'a pas de téléphone portable",
    "phone-not-french": "le numéro de téléphone n'est pas un numéro français",
    "phone-is-agents": "le numéro de téléphone est celui d'un agent",
    "mail-missing": "le dossier n'a pas d'adresse mail, que Yousign demande",
    "name-not-taken": "Yousign n'admet pas l'écriture du nom",
    "yousign-refused": "Yousign n'a pas accepté la demande",
    "yousign-failed": "la signature chez Yousign n'a pas pu aboutir",
    "yousign-cancelled": "la demande a été annulée chez Yousign",
    "yousign-lost": "Yousign ne connaît plus la demande",
    "yousign-file-refused": "le fichier rendu par Yousign n'est pas le document signé",
}
_VOIDINGS = {
    "reopened": "le CER a été rouvert pour être modifié",
    "cancelled": "la signature a été abandonnée",
    "superseded": "une autre demande de signature l'a remplacée",
}
_STATES = {
    "a_orienter": "à orienter",
    "en_commission": "en commission",
    "attente_decision": "en attente de décision",
}


def day(iso: str) -> str:
    """`2026-03-01` → `1er mars 2026`."""
    when = date.fromisoformat(str(iso))
    return f"{when.day}{'er' if when.day == 1 else ''} {_MONTHS[when.month - 1]} {when.year}"


def civilite(code: str) -> str:
    """`MME` → `Madame`; an unknown code stays as it is."""
    return _CIVILITES.get(code.upper().rstrip("."), code)


def counted(number: int, one: str, many: str) -> str:
    """`1` → `1 CER attend`, `3` → `3 CER attendent`."""
    return f"{number} {one if number < 2 else many}"


def failure(code: str) -> str:
    """Why a signature could not go on."""
    return _FAILURES.get(code, "une erreur technique est survenue")


def voiding(code: str) -> str:
    """Why a signature counts no more."""
    return _VOIDINGS.get(code, "elle a été annulée")


def state(code: str) -> str:
    """Where a study stands; one that is not known yet stays as it is."""
    return _STATES.get(code, code)


FILTERS: dict[str, Callable[..., str]] = {
    "jour": day,
    "civilite": civilite,
    "nombre": counted,
    "echec": failure,
    "annulation": voiding,
    "etape": state,
}
