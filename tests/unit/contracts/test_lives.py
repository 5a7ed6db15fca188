"""Any steps in any order on the aggregate, against a model of its life. `make states` runs the long form."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from services.contracts.domain.cers.accord import Tick
from services.contracts.domain.cers.model import Cer, Written
from services.contracts.domain.cers.states import Verb
from services.contracts.domain.moves import Move
from shared.events.sealed import seal
from shared.kernel.errors import ImpossibleMove, RaceLost, Refusal
from tests.builders import contracts as a
from tests.builders.lives import ENDINGS, OK, PARKED, REFUSED, STALE, Life, Lives

RUNS, STEPS = int(os.environ.get("CER_STATES_RUNS", "100")), 50

REFERENCE = a.reference()
ROUTES = {
    "to_commission": Verb.SEND_TO_COMMISSION,
    "to_chef": Verb.SEND_TO_CHEF_DE_SERVICE,
    "taken_back": Verb.TAKE_BACK,
}


class Aggregate:
    """The CER alone, with what commands and reactions check before they call it."""

    def begin(self) -> None:
        """A new CER."""
        written = a.written(priority=None, situation="texte 0", objectives=(a.objective(),))
        self.cer, _ = Cer.create(a.CER_ID, a.DOSSIER_ID, written, a.act(), a.party())
        self.lines: list[Move] = []
        self.stored()

    def stored(self) -> None:
        """As the repository does: one version more for a change, its lines kept."""
        if self.cer.moves and self.cer.moves[-1].verb != Verb.OPEN_STUDY.value:
            self.cer.version += 1
        assert len(self.cer.moves) <= 1
        self.lines += self.cer.moves
        self.cer.moves.clear()

    def do(self, step: str, **args: Any) -> str:
        """How the step ends: agents are told of a refusal, operators of an event that cannot be."""
        try:
            ending = self.told(step, **args) if {"attempt", "submission"} & args.keys() else self.acted(step, **args)
        except ImpossibleMove:
            return PARKED if {"attempt", "submission"} & args.keys() else REFUSED
        except Refusal:
            return REFUSED
        self.stored()
        return ending

    def acted(self, step: str, **args: Any) -> str:
        """What an agent does."""
        cer, act, party = self.cer, a.act(), a.party()
        acts: dict[str, Callable[[], object]] = {
            "save": lambda: self.save(**args),
            "late_save": self.late_save,
            "prepare": lambda: cer.prepare_signature(a.MOBILE, a.NO_FLAGS, a.DEADLINE, act, party),
            "cancel": lambda: cer.cancel_signature("cancelled", act, party),
            "deadline": lambda: cer.cancel_signature("deadline", act, party) if cer.signing.under_way else None,
            "reopen": lambda: cer.reopen("Une erreur.", act, party),
            "submit": lambda: cer.submit(act, party, a.REQUESTS),
            "set_dernier_contrat": lambda: cer.set_dernier_contrat(value=args["value"], act=act, party=party),
            "read_decision": lambda: cer.read_decision(act),
            "delete": lambda: cer.delete(act, party),
        }
        acts[step]()
        return OK

    def save(self, text: str, tick: str, priority: str | None) -> None:
        """Saves the draft."""
        draft = self.cer.draft.model_copy(update={"situation": text, "priority": priority})
        self.cer.revise(Written(draft, Tick(tick)), a.act(), REFERENCE)

    def late_save(self) -> None:
        """What `load_cer` refuses."""
        raise RaceLost("Modifié entre-temps.")

    def told(self, step: str, **args: Any) -> str:
        """What another service tells."""
        cer = self.cer
        if "attempt" in args:
            over = cer.signing.is_over(args["attempt"])
            if over or (step == "edition_failed" and cer.signing.state != "preparing"):
                cer.moves.append(Move("stale", cer.state, cer.state, a.act()))
                cer.version -= 1
                return OK if step == "voided" else STALE
            if step == "opened":
                cer.signature_opened(a.DEADLINE, a.act())
            elif step == "completed":
                cer.signature_completed(a.proof(), a.act())
            else:
                assert step in {"edition_failed", *ENDINGS}
                cer.signature_ended(step, a.act())
            return OK
        if cer.is_submission_over(args["submission"]):
            cer.moves.append(Move("stale", cer.state, cer.state, a.act()))
            cer.version -= 1
            return STALE
        if step == "study_opened":
            cer.study_opened(a.act())
        elif step == "decided":
            cer.decided(replace(a.told(args["outcome"], args["path"])), a.act(), a.party())
        elif step == "returned":
            cer.returned(seal(a.reason()), "Une pièce manque.", a.act(), a.party())
        else:
            cer.routed(ROUTES[step], a.act(), a.party())
        return OK

    def life(self) -> Life:
        """What is seen of it."""
        cer = self.cer
        assert (cer.proof is not None) == (cer.accord == "oui_sms")
        return Life(
            state=cer.state.value,
            signing=cer.signing.state.value,
            attempt=cer.signing.attempt,
            submission=cer.submission,
            accord=cer.accord.value,
            text=cer.draft.situation,
            priority=cer.draft.priority,
            dernier_contrat=cer.draft.dernier_contrat,
            revision=cer.revision,
            version=cer.version,
            outcome=cer.decision.outcome if cer.decision else None,
            read=cer.decision_read is not None,
            lines=len(self.lines),
        )


class AggregateLives(Lives):
    """On the aggregate."""

    def __init__(self) -> None:
        self.driver = Aggregate()
        super().__init__()


def test_any_steps_in_any_order_leave_the_aggregate_as_the_model_says() -> None:
    run_state_machine_as_test(
        AggregateLives,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
