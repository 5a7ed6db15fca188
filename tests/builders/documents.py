"""Editions of a made-up person's CER: the events that order them, and what they show."""

from dataclasses import replace
from typing import Any

from services.documents.domain import samples
from services.documents.domain.composing import Opened, compose
from services.documents.domain.edition import EditionKind, Order
from services.documents.domain.letters import DecisionLetter
from services.documents.domain.sheet import CerSheet
from services.documents.domain.texts import Texts
from shared.events.blocks import CerContent, DecisionText
from shared.events.contracts import CerReadyToSign, CerRejected, CerSubmitted, CerValidated
from shared.events.sealed import seal
from tests.builders import events

LETTERHEAD = samples.LETTERHEAD
SITUATION = samples.SITUATION
EVALUATION = samples.EVALUATION
OBJECTIVE = samples.OBJECTIVE
LONG_NAME = samples.LONG_NAME


def content(**changes: Any) -> CerContent:
    """What a CER to sign holds."""
    texts: dict[str, Any] = {
        "nature": "renouvellement",
        "situation": SITUATION,
        "evaluation": EVALUATION,
        "objectives": (OBJECTIVE,),
        "expression": samples.EXPRESSION,
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


def submitted(**changes: Any) -> CerSubmitted:
    """The CER is submitted, the accord taken by the check-box."""
    by_hand = {"content": seal(content(accord="oui", accord_origin="case")), "accord": "oui", "accord_origin": "case"}
    return events.sample(CerSubmitted, **(_snapshot() | by_hand | changes))


def order(kind: EditionKind = EditionKind.CER_SANS_DECISION, *, favourable: bool = False) -> Order:
    """An order for an edition of this kind, its blocks open; a notification of a refusal, or `favourable`."""
    if kind is EditionKind.CER_SANS_DECISION:
        return Order.to_sign(ready_to_sign())
    event = validated() if favourable or kind is EditionKind.CER_DECISION_VALIDE else rejected()
    return Order.notified(event) if kind is EditionKind.NOTIFICATION_DECISION else Order.decided(event)


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


def sheet(kind: EditionKind = EditionKind.CER_SANS_DECISION, **changes: Any) -> CerSheet:
    """What an edition of this kind shows; `changes` are of its content, or its `identity`."""
    placed = order(kind)
    blocks = opened(placed)
    if person := changes.pop("identity", None):
        blocks = replace(blocks, identity=person)
    shown = compose(placed, LETTERHEAD, replace(blocks, content=blocks.content.model_copy(update=changes)), Texts())
    assert isinstance(shown, CerSheet)
    return shown


def letter(*, favourable: bool = False, **changes: Any) -> DecisionLetter:
    """The notification of a decision; `changes` are of the person's identity."""
    placed = order(EditionKind.NOTIFICATION_DECISION, favourable=favourable)
    blocks = opened(placed)
    shown = compose(placed, LETTERHEAD, replace(blocks, identity=blocks.identity.model_copy(update=changes)), Texts())
    assert isinstance(shown, DecisionLetter)
    return shown
