"""The words of mails, from the templates of `templates/`: subject, text and accessible HTML, in French."""

from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifications.application.ports import Words
from services.notifications.domain.model import Message
from shared.events.blocks import AgentCard, Identity

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

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


class JinjaComposer:
    """Implements the port `Composer`: a fact that a template asks for and a message lacks is an error, not a blank."""

    def __init__(self, portal_url: str, departement: str) -> None:
        self._portal_url = portal_url.rstrip("/")
        self._departement = departement
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=select_autoescape(["html"]),
            keep_trailing_newline=True,
        )
        self._templates.filters |= {
            "jour": _day,
            "civilite": _civilite,
            "echec": lambda code: _FAILURES.get(code, "une erreur technique est survenue"),
            "annulation": lambda code: _VOIDINGS.get(code, "elle a été annulée"),
        }

    def compose(self, message: Message, referent: AgentCard, person: Identity | None) -> Words:
        """The words of this message. Raises jinja2.UndefinedError when a fact is missing."""
        facts: dict[str, object] = {
            **message.facts,
            "link": f"{self._portal_url}/cers/{message.cer_id}",
            "departement": self._departement,
            "referent": {"full_name": referent.full_name, "quality": referent.quality},
        }
        if person is not None:
            nom = person.nom_usage or person.nom_naissance
            facts["person"] = {"civilite": person.civilite, "nom": nom}
        subject, text, html = (
            self._templates.get_template(f"{message.template}/{part}").render(facts)
            for part in ("subject.txt", "body.txt", "body.html")
        )
        return Words(subject.strip(), text, html)


def _day(iso: str) -> str:
    """`2026-03-01` → `1er mars 2026`."""
    day = date.fromisoformat(str(iso))
    return f"{day.day}{'er' if day.day == 1 else ''} {_MONTHS[day.month - 1]} {day.year}"


def _civilite(code: str) -> str:
    """`MME` → `Madame`; an unknown code stays as it is."""
    return _CIVILITES.get(code.upper().rstrip("."), code)
