"""Editions of a made-up person's CER: the events that order them, and what they show."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.documents.domain.composing import Opened, compose
from services.documents.domain.edition import EditionKind, Order
from services.documents.domain.sheet import Letterhead, Sheet
from services.documents.domain.texts import Texts
from shared.events.blocks import CerContent, DecisionText, Etape, Objective
from shared.events.contracts import CerReadyToSign, CerRejected, CerValidated
from shared.events.sealed import seal
from tests.builders import events

LETTERHEAD = Letterhead(
    departement="Département du Val-d'Exemple",
    direction="Direction de l'insertion",
    appeal_address=(
        "Département du Val-d'Exemple",
        "Service insertion – Recours RSA",
        "1 place du Modèle",
        "99000 Exempleville",
    ),
)

SITUATION = (
    "Mme Fictive a 35 ans et vit seule avec deux enfants, dans un logement du parc social. "
    "Elle a le permis B mais pas de véhicule ; le réseau de cars dessert sa commune matin et soir.\n"
    "Dans le dispositif depuis 2021, accompagnée par ce référent depuis un an.\n\n"
    "Depuis le dernier CER : un stage de deux mois en cuisine collective, mené à son terme ; le dossier de garde "
    "d'enfants est accepté pour la rentrée."
)

EVALUATION = (
    "Les deux rendez-vous mensuels ont été tenus. Le stage a confirmé le goût de Mme Fictive pour la restauration "
    "collective. La mobilité reste le principal frein : l'aide au véhicule, demandée au printemps, est en attente."
)

EXPRESSION = "Je suis contente d'avoir trouvé ma voie. J'aimerais que l'aide à la mobilité arrive avant l'automne."

OBJECTIVE = Objective(
    theme="emploi",
    theme_label="Emploi et formation",
    person_does="S'inscrire à la formation d'agent de restauration et en suivre les six semaines.\n"
    "Transmettre l'attestation d'entrée.",
    referent_does="Transmettre la demande de diagnostic, et faire le point avec l'organisme à mi-parcours.",
    etapes=(
        Etape(label="Déposer le dossier d'inscription", due=date(2026, 4, 10), done=True),
        Etape(label="Réunion d'information collective", due=date(2026, 4, 28)),
        Etape(label="Demander un diagnostic formation"),
    ),
    diagnostics=("formation",),
    diagnostic_labels=("Formation",),
)


def content(**changes: Any) -> CerContent:
    """What a CER to sign holds."""
    texts: dict[str, Any] = {
        "nature": "renouvellement",
        "situation": SITUATION,
        "evaluation": EVALUATION,
        "objectives": (OBJECTIVE,),
        "expression": EXPRESSION,
    }
    return events.content(**(texts | changes))


def _snapshot() -> dict[str, Any]:
    return {
        "numero": 3,
        "nature": "renouvellement",
        "identity": seal(events.identity()),
        "referent": seal(events.referent_card()),
        "content": seal(content()),
    }


def ready_to_sign(**changes: Any) -> CerReadyToSign:
    """The CER is complete: its first signature attempt begins."""
    return events.sample(CerReadyToSign, **(_snapshot() | changes))


def _decided(text: DecisionText) -> dict[str, Any]:
    return _snapshot() | {
        "content": seal(content(accord="oui", accord_origin="sms")),
        "decision": seal(text),
        "decider": seal(events.chef_card()),
    }


def validated(**changes: Any) -> CerValidated:
    """The chef de service validated the CER."""
    text = events.decision(comment="Le projet est clair et les étapes sont tenables.")
    return events.sample(CerValidated, **(_decided(text) | changes))


def rejected(**changes: Any) -> CerRejected:
    """The CER was not validated, for two motives."""
    text = events.decision(
        comment="Un nouveau rendez-vous vous est proposé avec votre référent.",
        motives=("Les étapes ne portent pas de date.", "L'aide demandée relève d'un autre dispositif."),
    )
    return events.sample(CerRejected, **(_decided(text) | changes))


def order(kind: EditionKind = EditionKind.CER_SANS_DECISION) -> Order:
    """An order for an edition of this kind, its blocks open."""
    if kind is EditionKind.CER_SANS_DECISION:
        return Order.to_sign(ready_to_sign())
    return Order.decided(validated() if kind is EditionKind.CER_DECISION_VALIDE else rejected())


def opened(placed: Order) -> Opened:
    """The blocks of an order of these builders."""
    assert placed.identity.block
    assert placed.referent.block
    assert placed.content.block
    return Opened(
        identity=placed.identity.block,
        referent=placed.referent.block,
        content=placed.content.block,
        decision=placed.decision.block if placed.decision else None,
        decider=placed.decider.block if placed.decider else None,
    )


def sheet(kind: EditionKind = EditionKind.CER_SANS_DECISION, **changes: Any) -> Sheet:
    """What an edition of this kind shows; `changes` are of its content, or its `identity`."""
    placed = order(kind)
    blocks = opened(placed)
    if person := changes.pop("identity", None):
        blocks = replace(blocks, identity=person)
    return compose(placed, LETTERHEAD, replace(blocks, content=blocks.content.model_copy(update=changes)), Texts())
