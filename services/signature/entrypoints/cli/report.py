"""What a verification establishes, and what it does not, in plain French."""

from datetime import datetime
from typing import Any

from services.signature.adapters.confronting import Confrontation, Match
from services.signature.adapters.seal_options import Level
from services.signature.adapters.verifying import Verdict, Verification
from shared.kernel.clock import PARIS

EXIT_CODES = {
    Verdict.INTACT: 0,
    Verdict.ALTERED: 1,
    Verdict.UNKNOWN_SEAL: 2,
    Verdict.NOT_SEALED: 3,
    Verdict.UNREADABLE: 4,
    Verdict.LATER_CHANGES: 6,
    Verdict.EXPIRED: 7,
    Verdict.REVOKED: 8,
}
NO_CERTIFICATE, EVIDENCE_DIFFERS = 5, 9

_SENTENCES = {
    Verdict.INTACT: "INTACT : ce document est, à l'octet près, celui qui a été signé.",
    Verdict.ALTERED: "ALTÉRÉ : ce document n'est plus celui qui a été signé. Ne vous y fiez pas.",
    Verdict.LATER_CHANGES: "MODIFIÉ APRÈS COUP : le début de ce fichier porte un cachet exact, mais on y a ajouté "
    "quelque chose ensuite. Ne vous fiez pas à ce qu'il affiche ; si l'ajout est un horodatage d'archivage, indiquez "
    "son autorité par --tsa-certificate.",
    Verdict.UNKNOWN_SEAL: "CACHET INCONNU : ce document n'a pas changé depuis son cachet, mais rien ne dit qu'il est "
    "du Département.",
    Verdict.EXPIRED: "CERTIFICAT EXPIRÉ : ce document n'a pas changé depuis son cachet, mais le certificat n'est plus "
    "valable et aucun horodatage reconnu ne prouve que le cachet est plus ancien.",
    Verdict.REVOKED: "CERTIFICAT RÉVOQUÉ : ce document n'a pas changé depuis son cachet, mais le certificat avait été "
    "retiré. Ne vous y fiez pas.",
    Verdict.NOT_SEALED: "SANS CACHET : ce document n'a pas été signé ; rien ne dit d'où il vient.",
    Verdict.UNREADABLE: "ILLISIBLE : ce fichier n'est pas un PDF, ou il est abîmé.",
}
_MATCHES = {
    Match.AGREES: "DOSSIER DE PREUVE CONCORDANT : il est scellé par le Département et raconte la signature de ce "
    "document-ci, celui qui a été montré comme celui qui a été scellé.",
    Match.OTHER_DOCUMENT: "DOSSIER DE PREUVE D'UN AUTRE DOCUMENT : les empreintes qu'il donne ne sont pas celles de "
    "ce document.",
    Match.NOT_OURS: "DOSSIER DE PREUVE NON RECONNU : rien ne dit qu'il vient du Département.",
    Match.UNREADABLE: "DOSSIER DE PREUVE ALTÉRÉ OU ILLISIBLE : ne vous y fiez pas.",
}
_ENTERED = {"referent": "saisi par le référent", "person": "saisi par la personne"}
NOT_BY_THIS_FILE = "Qui a dit le code reçu par SMS, et quand, est établi par le dossier de preuve, non par ce fichier."


def report(found: Verification) -> list[str]:
    """What the PDF establishes, and what it does not."""
    lines = [_SENTENCES[found.verdict]]
    if found.verdict is Verdict.INTACT:
        lines += [f"Cachet : {found.sealed_by}.", _time(found), _revocation(found)]
        if found.until is not None:
            lines.append(f"Vérifiable par ce seul fichier jusqu'au {_at(found.until)} (niveau {_level(found)}).")
    return lines


def evidence_report(held: Confrontation) -> list[str]:
    """What the evidence adds."""
    lines = [_MATCHES[held.match]]
    if held.match is Match.AGREES and held.content is not None:
        lines.append(_told(held.content))
        if held.stamp is not None:
            when, authority = _at(held.stamp.at), held.stamp.authority
            lines.append(f"Date certaine du dossier : il existait le {when}, selon « {authority} ».")
        lines.append(
            "Ce dossier est la parole du Département, scellée : il ne prouve pas à lui seul qui tenait le mobile."
        )
    return lines


def exit_code(found: Verification, held: Confrontation | None) -> int:
    """The worse of both verdicts."""
    if found.verdict is Verdict.INTACT and held is not None and held.match is not Match.AGREES:
        return EVIDENCE_DIFFERS
    return EXIT_CODES[found.verdict]


def _time(found: Verification) -> str:
    if found.stamp is not None:
        return f"Date certaine : le cachet existait le {_at(found.stamp.at)}, selon « {found.stamp.authority} »."
    if found.sealed_at is None:
        return "Date : aucune n'est indiquée."
    return f"Date : le {_at(found.sealed_at)}, heure déclarée par le Département ; aucune autorité ne l'atteste."


def _revocation(found: Verification) -> str:
    if found.level in {Level.B_LT, Level.B_LTA}:
        return "Révocation : le fichier porte la preuve que le certificat n'était pas révoqué."
    return "Révocation : non vérifiée ; le fichier n'en porte pas la preuve."


def _level(found: Verification) -> str:
    return str(found.level).upper()


def _told(content: dict[str, Any]) -> str:
    consent, phone = content["consent"], content["phone"]["masked"]
    signed = datetime.fromisoformat(consent["signed_at"])
    entered = _ENTERED.get(consent["code_entered_by"], consent["code_entered_by"])
    return f"Il dit : code reçu au {phone}, {entered} le {_at(signed)}, après {consent['tries']} essai(s)."


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):%d/%m/%Y à %H h %M}"
