"""Submissions and studies of made-up people, for tests."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.validation.domain.model import Study
from services.validation.domain.values import Outcome, Verdict
from shared.events.blocks import AgentCard, CerContent, Identity, Objective
from shared.events.contracts import CerSubmitted
from shared.events.sealed import Block, Sealed
from shared.security.sealing import KeyRing

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
CER = UUID("0195d3a1-0000-7000-8000-000000000001")
DOSSIER = UUID("0195d3a1-0000-7000-8000-000000000002")
KEYS = KeyRing.generate("identity", "content", "decision", "reason", "agent")

REFERENT = AgentCard(
    agent_id="referent-1", full_name="Zoé Referente", mail="zoe@departement.example", quality="Référente de parcours"
)
CHEF = AgentCard(agent_id="chef-1", full_name="Yann Chefdeservice", mail=None, quality="Chef du service insertion")
OTHER_CHEF = AgentCard(agent_id="chef-2", full_name="Aline Adjointe", mail=None, quality="Adjointe")
INSERTION = AgentCard(agent_id="insertion-1", full_name="Inès Instructrice", mail=None, quality="Instructrice")

PERSON = Identity(
    civilite="Mme",
    sexe="F",
    nom_naissance="Fictive",
    prenom="Camille",
    date_naissance=date(1988, 4, 5),
    organisme="CAF",
    matricule="0012345",
    mail="camille@courriel.example",
    telephone="+33600000001",
)
CONTENT = CerContent(
    nature="renouvellement",
    date_signature=date(2026, 3, 10),
    date_debut=date(2026, 4, 1),
    situation="Situation inventée.",
    evaluation="Évaluation inventée.",
    objectives=(
        Objective(theme="emploi", theme_label="Emploi", person_does="Un atelier.", referent_does="Un contact."),
    ),
    expression="La personne ne souhaite rien exprimer.",
    accord="oui",
    accord_origin="case",
)


def sealed(block: Block) -> Sealed[Any]:
    """A block as a consumer receives it."""
    return Sealed(token=KEYS.seal(block))


def submitted(**changes: Any) -> CerSubmitted:
    """A CER submitted for the first time, agreed by check-box."""
    fields: dict[str, Any] = {
        "aggregate_version": 4,
        "cer_id": CER,
        "dossier_id": DOSSIER,
        "numero": 2,
        "nature": "renouvellement",
        "territory": "nord",
        "revision": 3,
        "referent_id": REFERENT.agent_id,
        "identity": sealed(PERSON),
        "referent": sealed(REFERENT),
        "submission": 1,
        "submitted_at": NOW,
        "priority": "normale",
        "requests": ("rappel",),
        "accord": "oui",
        "accord_origin": "case",
        "date_debut": date(2026, 4, 1),
        "date_demandee": None,
        "date_fin": date(2026, 9, 30),
        "dernier_contrat": False,
        "content": sealed(CONTENT),
    }
    return CerSubmitted(**(fields | changes))


def study(**changes: Any) -> Study:
    """A study that waits to be routed."""
    opened, _ = Study.open(submitted(**changes), NOW)
    return opened


def study_for_decision(**changes: Any) -> Study:
    """A study on the chef de service's desk."""
    waiting = study(**changes)
    waiting.send_to_chef_de_service("", INSERTION, NOW)
    return waiting


def verdict(outcome: Outcome = Outcome.VALIDE, **changes: Any) -> Verdict:
    """A decision that can be recorded."""
    fields = {"comment": "Objectifs cohérents.", "motives": ("parcours",), "note_referent": "Voir la Mission locale."}
    return Verdict(outcome=outcome, **(fields | changes))
