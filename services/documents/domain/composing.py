"""From an order and its opened blocks to the sheet of an edition."""

from dataclasses import dataclass

from services.documents.domain import labels
from services.documents.domain.edition import EditionKind, Order, TooLarge
from services.documents.domain.letters import Contract, Sending, notification
from services.documents.domain.sheet import (
    CerSheet,
    DecisionBlock,
    Letterhead,
    ObjectiveBlock,
    Row,
    Sheet,
    Step,
    cleaned,
    rows,
)
from services.documents.domain.texts import TextKey, Texts
from shared.events.blocks import AgentCard, CerContent, DecisionText, Identity

# Twelve objectives of 2 × 20,000 characters, situation, évaluation and expression: what the forms let in, and a margin.
MAX_CHARACTERS = 600_000

LETTERS = frozenset({EditionKind.NOTIFICATION_DECISION})


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

    Raises TextNotTold, NoTextInForce, TooLarge, AddressTooLong.
    """
    made = _letter if order.kind in LETTERS else _cer
    sheet = made(order, letterhead, opened, texts)
    if len(sheet.model_dump_json()) > MAX_CHARACTERS:
        raise TooLarge("Le CER contient plus de texte qu'une édition ne peut en porter : raccourcissez-le.")
    return sheet


def _cer(order: Order, letterhead: Letterhead, opened: Opened, texts: Texts) -> CerSheet:
    identity, content = opened.identity, opened.content
    shown = texts.heading(order.texts, content.date_signature, letterhead.departement)
    since = labels.long_date(shown.since)
    name = labels.KINDS[order.kind]
    to_sign = order.attempt is not None
    sheet = CerSheet(
        kind=order.kind,
        title=shown.title,
        subject=f"{shown.title} n° {order.numero} – {_person(identity)} – {name}",
        about=f"{name}, textes en vigueur depuis le {since}",
        foot=f"CER n° {order.numero} · {name}",
        day=order.decided_on or content.date_signature,
        letterhead=letterhead,
        name=name,
        moment=_moment(order),
        numero=order.numero,
        texts_since=since,
        mentions=shown.mentions,
        identity=_identity(identity),
        facts=_facts(order, content, opened.referent),
        situation=content.situation,
        evaluation=content.evaluation,
        objectives=_objectives(content),
        expression=content.expression,
        accord=_accord(content, to_sign=to_sign),
        to_sign=to_sign,
        decision=_decision(order, opened, _appeal(order, letterhead, texts)),
    )
    return cleaned(sheet)


def _letter(order: Order, letterhead: Letterhead, opened: Opened, texts: Texts) -> Sheet:
    """The notification of a decision, signed by who took it."""
    decision = _decision(order, opened, _appeal(order, letterhead, texts))
    if decision is None or opened.decider is None or order.decided_on is None:
        raise ValueError("a notification goes with a decision")
    sending = Sending(
        person=opened.identity,
        signer=opened.decider,
        day=order.decided_on,
        letterhead=letterhead,
        followed_by=opened.referent.full_name,
    )
    contract = Contract(
        name=texts.of(TextKey.TITLE, order.texts, opened.content.date_signature).words(letterhead.departement)[0],
        numero=order.numero,
        start=order.date_debut or opened.content.date_debut,
        end=order.date_fin,
    )
    return notification(sending, contract, decision)


def _person(identity: Identity) -> str:
    return f"{identity.prenom} {identity.nom_usage or identity.nom_naissance}"


def _appeal(order: Order, letterhead: Letterhead, texts: Texts) -> tuple[str, ...]:
    """How to contest what was refused, by the text of the day of the decision."""
    if order.decided_on is None or order.valid:
        return ()
    return texts.of(TextKey.APPEAL, order.texts, order.decided_on).words(letterhead.departement)


def _moment(order: Order) -> str:
    if order.decided_on is None:
        return "avant la décision du Département"
    return f"décision du {labels.long_date(order.decided_on)}"


def _identity(identity: Identity) -> tuple[Row, ...]:
    facts = {
        "Prénom – Nom": f"{identity.prenom} – {identity.nom_usage or identity.nom_naissance}",
        "Nom de naissance": identity.nom_naissance if identity.nom_usage else "",
        f"N° {identity.organisme.upper()}": identity.matricule,
        "Sexe": labels.sexe(identity.sexe),
        "Date de naissance": labels.short_date(identity.date_naissance),
        "Mail": identity.mail or "Non renseigné",
        "Téléphone": labels.phone(identity.telephone) if identity.telephone else "Non renseigné",
        "Adresse": "\n".join(identity.adresse),
    }
    return rows(facts)


def _facts(order: Order, content: CerContent, referent: AgentCard) -> tuple[Row, ...]:
    start = order.date_debut or content.date_debut
    end = (order.date_fin or content.date_fin) if order.decided_on else content.date_fin
    asked = content.date_demandee if order.decided_on is None else None
    facts = {
        "Numéro": str(order.numero),
        "Nature": labels.nature(content.nature),
        "Date de signature": labels.short_date(content.date_signature),
        "Date de début": labels.short_date(start),
        "Date de début demandée": labels.short_date(asked) if asked else "",
        "Date de fin": labels.short_date(end) if end else "Sans date de fin",
        "Durée": f"{content.duree_mois} mois" if content.duree_mois else "",
        "Heures d'activité": _hours(content),
        "Référent": f"{referent.full_name}, {labels.uncapitalised(referent.quality)}",
    }
    return rows(facts)


def _hours(content: CerContent) -> str:
    """The weekly hours of the plan, with the ground of fewer than 15 (Code du travail, art. L5411-6-1)."""
    if content.weekly_hours is None:
        return ""
    ground = f"\n{content.weekly_hours_ground}" if content.weekly_hours_ground else ""
    return f"{content.weekly_hours} h par semaine{ground}"


def _objectives(content: CerContent) -> tuple[ObjectiveBlock, ...]:
    return tuple(
        ObjectiveBlock(
            theme=objective.theme_label,
            person_does=objective.person_does,
            referent_does=objective.referent_does,
            steps=tuple(
                Step(
                    label=etape.label,
                    due=labels.short_date(etape.due) if etape.due else "À convenir",
                    done="Oui" if etape.done else "Non",
                )
                for etape in objective.etapes
            ),
            diagnostics=objective.diagnostic_labels or objective.diagnostics,
        )
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


def _decision(order: Order, opened: Opened, appeal: tuple[str, ...]) -> DecisionBlock | None:
    decision, decider = opened.decision, opened.decider
    if order.decided_on is None or decision is None or decider is None:
        return None
    return DecisionBlock(
        valid=order.valid,
        day=labels.long_date(order.decided_on),
        author=decider.full_name,
        quality=decider.quality,
        path="après avis de la commission" if order.path == "commission" else "",
        comment=decision.comment,
        motives=decision.motives,
        appeal=appeal,
    )
