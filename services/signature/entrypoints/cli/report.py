"""What a verification establishes, and what it does not, in plain French."""

from datetime import datetime
from typing import Any

from services.signature.adapters.confronting import Confrontation, Match
from services.signature.adapters.seal_options import Level
from services.signature.adapters.verifying import Verdict, Verification
from services.signature.adapters.yousign.judging import Elsewhere
from services.signature.domain.telling import sentence
from services.signature.domain.yousign.evidence import FORMAT as YOUSIGN_FORMAT
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
NO_CERTIFICATE, EVIDENCE_DIFFERS, ADDENDUM_DIFFERS = 5, 9, 10

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
    "document-ci.",
    Match.OTHER_DOCUMENT: "DOSSIER DE PREUVE D'UN AUTRE DOCUMENT : les empreintes qu'il donne ne sont pas celles de "
    "ce document.",
    Match.NOT_OURS: "DOSSIER DE PREUVE NON RECONNU : rien ne dit qu'il vient du Département.",
    Match.UNREADABLE: "DOSSIER DE PREUVE ALTÉRÉ OU ILLISIBLE : ne vous y fiez pas.",
}
_ADDENDA = {
    Match.AGREES: "ADDITIF CONCORDANT : il est signé par le Département et complète ce dossier de preuve-ci.",
    Match.OTHER_DOCUMENT: "ADDITIF D'UN AUTRE DOSSIER DE PREUVE : l'empreinte qu'il donne n'est pas celle de ce "
    "dossier.",
    Match.NOT_OURS: "ADDITIF NON RECONNU : rien ne dit qu'il vient du Département.",
    Match.UNREADABLE: "ADDITIF ALTÉRÉ OU ILLISIBLE : ne vous y fiez pas.",
}
_ENTERED = {"referent": "saisi par le référent", "person": "saisi par la personne"}
_AT_YOUSIGN = {
    Verdict.INTACT: "SIGNÉ CHEZ YOUSIGN, INTACT : ce document n'a pas changé depuis sa dernière signature.",
    Verdict.ALTERED: "SIGNÉ CHEZ YOUSIGN, ALTÉRÉ : ce document n'est plus celui qui a été signé. Ne vous y fiez pas.",
    Verdict.LATER_CHANGES: "SIGNÉ CHEZ YOUSIGN, MODIFIÉ APRÈS COUP : on a ajouté quelque chose après la dernière "
    "signature. Ne vous fiez pas à ce qu'il affiche.",
    Verdict.UNKNOWN_SEAL: "SIGNATURE INCONNUE : ce document n'a pas changé depuis sa signature et se réclame de "
    "Yousign, mais ses certificats ne mènent pas à ceux qui sont donnés.",
    Verdict.EXPIRED: "SIGNÉ CHEZ YOUSIGN, CERTIFICAT EXPIRÉ : ce document n'a pas changé depuis sa signature, mais le "
    "certificat n'est plus valable et aucun horodatage reconnu ne prouve que la signature est plus ancienne.",
    Verdict.REVOKED: "SIGNÉ CHEZ YOUSIGN, CERTIFICAT RÉVOQUÉ : le certificat avait été retiré. Ne vous y fiez pas.",
}
_NOT_OF_YOUSIGN = (
    "Yousign laisse autour de sa signature une place vide où des octets peuvent changer sans que cela se voie : "
    "l'empreinte du fichier entier est dans le dossier de preuve."
)
_NOT_ABOUT_YOUSIGN = (
    "Que ce document soit celui que le Département a fait signer, et qui a reçu et saisi le code, est établi par le "
    "dossier de preuve et par l'enregistrement de Yousign qu'il contient, non par ce fichier."
)
NOT_BY_THIS_FILE = "Qui a dit le code reçu par SMS, et quand, est établi par le dossier de preuve, non par ce fichier."


def report(found: Verification) -> list[str]:
    """What the PDF establishes, and what it does not."""
    if isinstance(found, Elsewhere):
        return _elsewhere(found)
    lines = [_SENTENCES[found.verdict]]
    if found.verdict is Verdict.INTACT:
        lines += [f"Cachet : {found.sealed_by}.", _time(found), _revocation(found)]
        if found.until is not None:
            lines.append(f"Vérifiable par ce seul fichier jusqu'au {_at(found.until)} (niveau {_level(found)}).")
    return lines


def _elsewhere(found: Elsewhere) -> list[str]:
    lines = [_AT_YOUSIGN[found.verdict]]
    if found.verdict is Verdict.INTACT:
        lines += [f"Signé sous le nom de : {', '.join(dict.fromkeys(found.signed_by))}.", _time(found, "le signataire")]
        lines += [_revocation(found), _NOT_OF_YOUSIGN]
    return lines


def not_by_this_file(found: Verification) -> str:
    """What only the evidence tells."""
    return _NOT_ABOUT_YOUSIGN if isinstance(found, Elsewhere) else NOT_BY_THIS_FILE


def evidence_report(held: Confrontation) -> list[str]:
    """What the evidence adds."""
    lines = [_MATCHES[held.match]]
    if held.match is Match.AGREES and held.content is not None:
        lines.append(_told(held.content))
        lines += _certain("du dossier", held)
        lines.append(
            "Ce dossier est la parole du Département, scellée : il ne prouve pas à lui seul qui tenait le mobile."
        )
    return lines


def addendum_report(held: Confrontation) -> list[str]:
    """What an addendum adds to the evidence."""
    lines = [_ADDENDA[held.match]]
    if held.match is Match.AGREES and held.content is not None:
        lines.append(
            f"Établi le {_told_at(held.content['drawn_up_at'])}, il ajoute au dossier ce qui est venu ensuite :"
        )
        lines += [f"- le {_told_at(step['at'])} : {sentence(step)}" for step in held.content["steps"]]
        lines += _certain("de l'additif", held)
    return lines


def exit_code(found: Verification, held: Confrontation | None, added: Confrontation | None = None) -> int:
    """The worst of the verdicts, in the order in which they are given."""
    if found.verdict is not Verdict.INTACT:
        return EXIT_CODES[found.verdict]
    if held is not None and held.match is not Match.AGREES:
        return EVIDENCE_DIFFERS
    return EXIT_CODES[found.verdict] if added is None or added.match is Match.AGREES else ADDENDUM_DIFFERS


def _certain(of_what: str, held: Confrontation) -> list[str]:
    if held.stamp is None:
        return []
    return [f"Date certaine {of_what} : il existait le {_at(held.stamp.at)}, selon « {held.stamp.authority} »."]


def _time(found: Verification, by: str = "le Département") -> str:
    if found.stamp is not None:
        return f"Date certaine : le cachet existait le {_at(found.stamp.at)}, selon « {found.stamp.authority} »."
    if found.sealed_at is None:
        return "Date : aucune n'est indiquée."
    return f"Date : le {_at(found.sealed_at)}, heure déclarée par {by} ; aucune autorité ne l'atteste."


def _revocation(found: Verification) -> str:
    if found.level in {Level.B_LT, Level.B_LTA}:
        return "Révocation : le fichier porte la preuve que le certificat n'était pas révoqué."
    return "Révocation : non vérifiée ; le fichier n'en porte pas la preuve."


def _level(found: Verification) -> str:
    return str(found.level).upper()


def _told(content: dict[str, Any]) -> str:
    if content["format"] == YOUSIGN_FORMAT:
        return _told_of_yousign(content)
    consent, phone = content["consent"], content["phone"]["masked"]
    entered = _ENTERED.get(consent["code_entered_by"], consent["code_entered_by"])
    signed_at = _told_at(consent["signed_at"])
    return (
        f"Il dit : code reçu au {phone}, {entered} le {signed_at}, après {consent['tries']} essai(s) ; ce qui a été "
        "montré est le début de ce fichier, à l'octet près, et ce qui a été scellé, ce fichier."
    )


def _told_of_yousign(content: dict[str, Any]) -> str:
    there, phone = content["provider"]["signature_request_id"], content["phone"]["masked"]
    same = (
        "le fichier rendu commence par les octets montrés"
        if content["sealed"]["begins_with_shown"]
        else "Yousign a récrit le fichier ; le Département y a retrouvé chaque mot montré"
    )
    return (
        f"Il dit : signé chez Yousign le {_told_at(content['signed_at'])}, demande {there}, par un code envoyé au "
        f"{phone} ; {same}."
    )


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):%d/%m/%Y à %H h %M}"


def _told_at(instant: str) -> str:
    return _at(datetime.fromisoformat(instant))
