"""The life of a CER, told a second time: a model written apart from the service, and steps to try on both.

Agents act on what they saw; signature and validation tell what happened late, twice, and out of order. A step ends
`ok`, `refused` (an agent is told), `stale` (history only) or `parked` (an operator is told).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

OK, REFUSED, STALE, PARKED = "ok", "refused", "stale", "parked"

ENDINGS = ("refused", "expired", "failed", "voided")
STUDY: Mapping[str, Mapping[str, str]] = {
    "study_opened": {"soumis_a_etude": "soumis_a_etude"},
    "to_commission": {"soumis_a_etude": "etude_en_commission", "attente_decision": "etude_en_commission"},
    "to_chef": {"soumis_a_etude": "attente_decision", "etude_en_commission": "attente_decision"},
    "taken_back": {"etude_en_commission": "soumis_a_etude", "attente_decision": "soumis_a_etude"},
    "returned": dict.fromkeys(("soumis_a_etude", "etude_en_commission", "attente_decision"), "proposition"),
}
PATHS = {"commission": "etude_en_commission", "chef_de_service": "attente_decision"}
SHOWN = {"oui_case": "oui", "oui_sms": "oui", "non_case": "non", "nc": "nc"}


@dataclass
class Life:
    """What is seen of a CER from outside."""

    state: str = "proposition"
    signing: str = "none"
    attempt: int = 0
    submission: int = 0
    accord: str = "nc"
    text: str = "texte 0"
    priority: str | None = None
    dernier_contrat: bool = False
    revision: int = 1
    version: int = 1
    outcome: str | None = None
    read: bool = False
    lines: int = 1


@dataclass
class Model:
    """Says how a step ends and what the CER is then."""

    life: Life = field(default_factory=Life)

    def apply(self, step: str, **args: Any) -> str:
        """How this step ends; changes the life when it is accepted."""
        if step in ("opened", "completed", "edition_failed", *ENDINGS):
            return self._told_by_signature(step, **args)
        if step in STUDY or step == "decided":
            return self._told_by_validation(step, **args)
        ending: str = getattr(self, f"_{step}")(**args)
        return ending

    def _changed(self, **values: Any) -> str:
        for name, value in values.items():
            setattr(self.life, name, value)
        self.life.version += 1
        self.life.lines += 1
        return OK

    def _save(self, text: str, tick: str, priority: str | None) -> str:
        life = self.life
        if life.state != "proposition":
            return REFUSED
        shown_changed = text != life.text
        accord = life.accord
        if tick != SHOWN[accord]:
            accord = {"oui": "oui_case", "non": "non_case", "nc": "nc"}[tick]
        elif shown_changed:
            accord = "nc"
        if life.signing != "none" and (shown_changed or accord != life.accord):
            return REFUSED
        if not shown_changed and accord == life.accord and priority == life.priority:
            return OK
        moved = shown_changed or accord != life.accord
        return self._changed(text=text, accord=accord, priority=priority, revision=life.revision + moved)

    def _late_save(self) -> str:
        return REFUSED

    def _delete(self) -> str:
        life = self.life
        if life.state != "proposition" or life.signing != "none":
            return REFUSED
        return self._changed(state="supprime", text="", priority=None, dernier_contrat=False)

    def _prepare(self) -> str:
        life = self.life
        if life.state != "proposition" or life.signing != "none" or life.accord != "nc":
            return REFUSED
        return self._changed(signing="preparing", attempt=life.attempt + 1)

    def _cancel(self) -> str:
        life = self.life
        if life.state != "proposition" or life.signing not in {"preparing", "open"}:
            return REFUSED
        return self._changed(signing="none")

    def _deadline(self) -> str:
        return self._changed(signing="none") if self.life.signing in {"preparing", "open"} else OK

    def _reopen(self) -> str:
        if self.life.state != "proposition" or self.life.signing != "signed":
            return REFUSED
        return self._changed(signing="none", accord="nc")

    def _submit(self) -> str:
        life = self.life
        complete = life.accord != "nc" and life.priority is not None
        if life.state != "proposition" or life.signing in {"preparing", "open"} or not complete:
            return REFUSED
        return self._changed(state="soumis_a_etude", submission=life.submission + 1)

    def _set_dernier_contrat(self, value: bool) -> str:
        if self.life.state not in {"proposition", "valide"}:
            return REFUSED
        return OK if value == self.life.dernier_contrat else self._changed(dernier_contrat=value)

    def _read_decision(self) -> str:
        if self.life.outcome is None:
            return REFUSED
        return OK if self.life.read else self._changed(read=True)

    def _told_by_signature(self, step: str, attempt: int) -> str:
        life = self.life
        if attempt > life.attempt:
            return PARKED
        over = attempt < life.attempt or life.signing == "none"
        if over or (step == "edition_failed" and life.signing != "preparing"):
            life.lines += 1
            return OK if step == "voided" else STALE
        if step == "opened" and life.signing == "preparing":
            return self._changed(signing="open")
        if step == "completed" and life.signing == "open":
            return self._changed(signing="signed", accord="oui_sms")
        if step in ("edition_failed", *ENDINGS) and life.signing in {"preparing", "open"}:
            return self._changed(signing="none")
        return PARKED

    def _told_by_validation(self, step: str, submission: int, **args: str) -> str:
        life = self.life
        if submission > life.submission:
            return PARKED
        if submission < life.submission:
            life.lines += 1
            return STALE
        if step == "decided":
            if PATHS[args["path"]] != life.state:
                return PARKED
            return self._changed(state=args["outcome"], outcome=args["outcome"])
        after = STUDY[step].get(life.state)
        if after is None:
            return PARKED
        ending = self._changed(state=after)
        life.version -= step == "study_opened"  # history only
        return ending


class Driver(Protocol):
    """What is driven: the aggregate alone, or the whole service."""

    def begin(self) -> None:
        """A new CER, complete but for its priorité and its accord."""
        ...

    def do(self, step: str, **args: Any) -> str:
        """How the step ends."""
        ...

    def life(self) -> Life:
        """What is seen of the CER now."""
        ...


WHICH = st.sampled_from((0, 0, 0, 0, -1, -1, 1))


class Lives(RuleBasedStateMachine):
    """Tries any steps in any order on both; `driver` is given by a subclass."""

    driver: Driver

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.seen: list[Life] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.driver.begin()

    def step(self, name: str, **args: Any) -> None:
        """Does it on both, and compares how it ended."""
        before = Life(**asdict(self.model.life))
        expected = self.model.apply(name, **args)
        assert self.driver.do(name, **args) == expected, (name, args, before)
        self.seen.append(before)

    @rule(number=st.integers(0, 2), tick=st.sampled_from((None, None, None, "oui", "nc", "non")), urgent=st.booleans())
    def save(self, number: int, tick: str | None, urgent: bool) -> None:
        """Saves the draft; without a tick, the answer known is sent again."""
        life = self.model.life
        tick = tick or SHOWN[life.accord]
        self.step("save", text=f"texte {number}", tick=tick, priority="urgente" if urgent else life.priority)

    @rule(outcome=st.sampled_from(("valide", "non_valide")))
    def go_on(self, outcome: str) -> None:
        """The usual next step, so that lives go far."""
        life = self.model.life
        by_signing = {"none": "prepare", "preparing": "opened", "open": "completed"}
        if life.state == "proposition" and life.accord == "nc":
            step = by_signing[life.signing]
            if step == "prepare":
                self.step(step)
            else:
                self.tell(step, attempt=life.attempt)
        elif life.state == "proposition" and life.priority is None:
            self.step("save", text=life.text, tick=SHOWN[life.accord], priority="normale")
        elif life.state == "proposition":
            self.step("submit")
        elif life.state == "soumis_a_etude":
            self.tell("to_chef", submission=life.submission)
        elif life.state in PATHS.values():
            path = next(path for path, state in PATHS.items() if state == life.state)
            self.tell("decided", submission=life.submission, outcome=outcome, path=path)

    @rule(step=st.sampled_from(("prepare", "prepare", "submit", "submit", "reopen", "cancel", "deadline")))
    def act(self, step: str) -> None:
        """Acts on the CER as it is."""
        self.step(step)

    @rule(step=st.sampled_from(("late_save", "read_decision", "delete")), often=st.integers(0, 3))
    def act_seldom(self, step: str, often: int) -> None:
        """Acts on an older version, opens the return or, one time in four, deletes."""
        if step != "delete" or often == 0:
            self.step(step)

    @rule(value=st.booleans())
    def set_dernier_contrat(self, value: bool) -> None:
        """Stops or resumes the alerts."""
        self.step("set_dernier_contrat", value=value)

    def tell(self, step: str, **args: Any) -> None:
        """Another service tells something; it may tell it again later."""
        self.told.append((step, args))
        self.step(step, **args)

    @rule(step=st.sampled_from(("opened", "opened", "completed", "completed", "edition_failed", *ENDINGS)), which=WHICH)
    def signature_tells(self, step: str, which: int) -> None:
        """Of the present attempt, of an older one, of one that never began."""
        self.tell(step, attempt=max(1, self.model.life.attempt + which))

    @rule(step=st.sampled_from((*STUDY, "to_chef", "to_commission")), which=WHICH)
    def validation_tells(self, step: str, which: int) -> None:
        """Of the present submission, of an older one, of one never made."""
        self.tell(step, submission=max(1, self.model.life.submission + which))

    @rule(outcome=st.sampled_from(("valide", "non_valide")), path=st.sampled_from(tuple(PATHS)), which=WHICH)
    def validation_decides(self, outcome: str, path: str, which: int) -> None:
        """The decision: in time, after a return, after another."""
        self.tell("decided", submission=max(1, self.model.life.submission + which), outcome=outcome, path=path)

    @rule(back=st.integers(0, 20))
    def told_again(self, back: int) -> None:
        """What was told before comes once more."""
        if self.told:
            step, args = self.told[-1 - back % len(self.told)]
            self.step(step, **args)

    @invariant()
    def both_are_the_same(self) -> None:
        """The service shows what the model says."""
        assert self.driver.life() == self.model.life

    @invariant()
    def promises_are_kept(self) -> None:
        """What must hold whatever the model says."""
        now = self.driver.life()
        assert now.signing != "signed" or now.accord == "oui_sms"
        assert (now.outcome is not None) == (now.state in {"valide", "non_valide"})
        if not self.seen:
            return
        before = self.seen[-1]
        assert (now.version, now.attempt, now.submission) >= (before.version, before.attempt, before.submission)
        assert now.revision >= before.revision
        assert (now.text == before.text) or now.revision > before.revision or now.state == "supprime"
        if before.signing != "none" and now.attempt == before.attempt:
            assert now.text == before.text
        if before.outcome is not None:
            assert (now.outcome, now.state) == (before.outcome, before.state)
