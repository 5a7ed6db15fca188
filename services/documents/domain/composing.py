"""From an order and its opened blocks to the sheet of an edition."""

from dataclasses import dataclass

from services.documents.domain import labels
from services.documents.domain.cleaning import clean_all
from services.documents.domain.edition import EditionKind, Order, TooLarge
from services.documents.domain.sheet import Letterhead, Sheet
from services.documents.domain.texts import TextKey, Texts, Wording
from shared.events.blocks import AgentCard, CerContent, DecisionText, Identity

# Twelve objectives of 2 × 20,000 characters, situation, évaluation and expression: what the forms let in, and a margin.
MAX_CHARACTERS = 600_000

# The title, then what stands under it.
_SHOWN = (TextKey.TITLE, TextKey.ENGAGEMENTS, TextKey.ARTICLES, TextKey.SUSPENSION)

_NAMES = {
    EditionKind.CER_SANS_DECISION: "CER sans décision",
    EditionKind.CER_DECISION_VALIDE: "CER décision valide",
    EditionKind.CER_DECISION_NON_VALIDE: "CER décision non valide",
}


@dataclass(frozen=True)
class Opened:
    """The blocks of an order, opened."""

    identity: Identity
    referent: AgentCard
    content: CerContent
    decision: DecisionText | None = None
    decider: AgentCard | None = None


def compose(order: Order, letterhead: Letterhead, opened: Opened, texts: Texts) -> Sheet:
    """Puts together what this edition shows, cleaned.

    Raises TextNotTold, NoTextInForce, TooLarge.
    """
    identity, content = opened.identity, opened.content
    title, *mentions = (texts.of(key, order.texts, content.date_signature) for key in _SHOWN)
    heading = _words(title, letterhead)[0]
    person = f"{identity.prenom} {identity.nom_usage or identity.nom_naissance}"
    sheet = {
        "kind": order.kind,
        "name": _NAMES[order.kind],
        "moment": _moment(order),
        "title": heading,
        "subject": f"{heading} n° {order.numero} – {person}",
        "day": order.decided_on or content.date_signature,
        "numero": order.numero,
        "letterhead": letterhead.model_dump(),
        "texts_since": labels.long_date(max(one.effect for one in (title, *mentions))),
        "mentions": tuple(words for one in mentions for words in _words(one, letterhead)),
        "identity": _identity(identity),
        "facts": _facts(order, content, opened.referent),
        "situation": content.situation,
        "evaluation": content.evaluation,
        "objectives": _objectives(content),
        "expression": content.expression,
        "accord": _accord(content, to_sign=order.kind is EditionKind.CER_SANS_DECISION),
        "to_sign": order.kind is EditionKind.CER_SANS_DECISION,
        "decision": _decision(order, opened.decision, opened.decider, _appeal(order, letterhead, texts)),
    }
    cleaned = Sheet.model_validate(clean_all(sheet))
    if len(cleaned.model_dump_json()) > MAX_CHARACTERS:
        raise TooLarge("Le CER contient plus de texte qu'une édition ne peut en porter : raccourcissez-le.")
    return cleaned


def _words(wording: Wording, letterhead: Letterhead) -> tuple[str, ...]:
    return tuple(words.replace("{departement}", letterhead.departement) for words in wording.paragraphs)


def _appeal(order: Order, letterhead: Letterhead, texts: Texts) -> tuple[str, ...]:
    """How to contest what was refused, by the text of the day of the decision."""
    if order.kind is not EditionKind.CER_DECISION_NON_VALIDE or order.decided_on is None:
        return ()
    return _words(texts.of(TextKey.APPEAL, order.texts, order.decided_on), letterhead)


def _moment(order: Order) -> str:
    if order.decided_on is None:
        return "avant la décision du Département"
    return f"décision du {labels.long_date(order.decided_on)}"


def _identity(identity: Identity) -> tuple[dict[str, str], ...]:
    rows = {
        "Prénom – Nom": f"{identity.prenom} – {identity.nom_usage or identity.nom_naissance}",
        "Nom de naissance": identity.nom_naissance if identity.nom_usage else "",
        f"N° {identity.organisme.upper()}": identity.matricule,
        "Sexe": labels.sexe(identity.sexe),
        "Date de naissance": labels.short_date(identity.date_naissance),
        "Mail": identity.mail or "Non renseigné",
        "Téléphone": labels.phone(identity.telephone) if identity.telephone else "Non renseigné",
        "Adresse": "\n".join(identity.adresse),
    }
    return _rows(rows)


def _facts(order: Order, content: CerContent, referent: AgentCard) -> tuple[dict[str, str], ...]:
    start = order.date_debut or content.date_debut
    end = (order.date_fin or content.date_fin) if order.decided_on else content.date_fin
    asked = content.date_demandee if order.decided_on is None else None
    rows = {
        "Numéro": str(order.numero),
        "Nature": labels.nature(content.nature),
        "Date de signature": labels.short_date(content.date_signature),
        "Date de début": labels.short_date(start),
        "Date de début demandée": labels.short_date(asked) if asked else "",
        "Date de fin": labels.short_date(end) if end else "Sans date de fin",
        "Durée": f"{content.duree_mois} mois" if content.duree_mois else "",
        "Référent": f"{referent.full_name}, {referent.quality}",
    }
    return _rows(rows)


def _rows(rows: dict[str, str]) -> tuple[dict[str, str], ...]:
    return tuple({"label": label, "value": value} for label, value in rows.items() if value)


def _objectives(content: CerContent) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "theme": objective.theme_label,
            "person_does": objective.person_does,
            "referent_does": objective.referent_does,
            "steps": tuple(
                {
                    "label": etape.label,
                    "due": labels.short_date(etape.due) if etape.due else "À convenir",
                    "done": "Oui" if etape.done else "Non",
                }
                for etape in objective.etapes
            ),
            "diagnostics": objective.diagnostic_labels or objective.diagnostics,
        }
        for objective in content.objectives
    )


def _accord(content: CerContent, *, to_sign: bool) -> str:
    if to_sign:
        return "L'accord de la personne est recueilli par sa signature électronique, ci-dessous."
    if content.accord == "oui":
        how = " par signature électronique (code reçu par SMS)" if content.accord_origin == "sms" else ""
        return f"La personne a donné son accord{how}."
    if content.accord == "non":
        return "La personne n'a pas donné son accord."
    return "L'accord de la personne n'a pas été recueilli."


def _decision(
    order: Order, decision: DecisionText | None, decider: AgentCard | None, appeal: tuple[str, ...]
) -> dict[str, object] | None:
    if order.decided_on is None or decision is None or decider is None:
        return None
    return {
        "valid": order.kind is EditionKind.CER_DECISION_VALIDE,
        "day": labels.long_date(order.decided_on),
        "author": decider.full_name,
        "quality": decider.quality,
        "path": "après avis de la commission" if order.path == "commission" else "",
        "comment": decision.comment,
        "motives": decision.motives,
        "appeal": appeal,
    }
