"""Submissions, studies and verdicts of made-up people."""

from datetime import UTC, date, datetime
from typing import Any

from services.validation.domain.model import Study
from services.validation.domain.values import Outcome, Verdict
from shared.events.blocks import AgentCard
from shared.events.contracts import CerSubmitted
from shared.events.sealed import Sealed
from shared.security.sealing import KeyRing
from tests.builders import events

NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
KEYS = KeyRing.generate("identity", "content", "decision", "reason", "agent")

REFERENT = events.referent_card()
CHEF = events.chef_card()
OTHER_CHEF = events.chef_card(agent_id="agent-tanargue", full_name="Sacha Tanargue", quality="Adjointe")
INSERTION = AgentCard(agent_id="agent-rieutord", full_name="Noa Rieutord", mail=None, quality="Instructrice")
RETABLISSEMENT: dict[str, Any] = {
    "nature": "retablissement",
    "date_debut": date(2026, 3, 1),
    "date_demandee": date(2026, 1, 1),
}


def submitted(**changes: Any) -> CerSubmitted:
    """A CER submitted for the first time, as validation receives it."""
    blocks: dict[str, Any] = {
        "identity": Sealed(token=KEYS.seal(events.identity())),
        "referent": Sealed(token=KEYS.seal(REFERENT)),
        "content": Sealed(token=KEYS.seal(events.content())),
    }
    return events.sample(CerSubmitted, **(blocks | changes))


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
