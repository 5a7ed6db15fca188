"""Lives of a signature request, compared at each step with a model that knows the rules by another way.

The model is a few counts and one word; the request has its table of moves, its codes, its clock. Whatever order events,
agents, the person and the clock come in, they agree on who may do what and on how it ends.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import SecretStr

from services.signature.domain import rules
from services.signature.domain.limits import check_code_allowed, code_to_compare
from services.signature.domain.link import PERSON, Person
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Binding, Code, keyed_hash, matches
from services.signature.domain.states import State
from shared.kernel.errors import ImpossibleMove, Refusal
from shared.kernel.ids import new_id
from shared.security.principal import Principal
from shared.sms.outcome import SmsStatus
from tests.builders.events import REFERENT_ID, file_ref
from tests.builders.signature import ATTEMPT_ID, DOCUMENT, NOW, PEPPER, PHONE, prepared, referent

BINDING = Binding(ATTEMPT_ID, PHONE, DOCUMENT.sha256)
PAGES = {1, 2, 3}
UNDER_WAY = {"opened", "read", "code_sent"}
REFERENT, STRANGER = referent(), referent("a-stranger")
SUBSTITUTE = referent("a-colleague", stands_in_for=REFERENT_ID)
AGENTS = st.sampled_from([REFERENT, SUBSTITUTE, STRANGER])
ACTORS = st.sampled_from([REFERENT, SUBSTITUTE, PERSON, STRANGER])


class Lives(RuleBasedStateMachine):
    """One attempt, from its halves to an end."""

    @initialize()
    def begin(self) -> None:
        self.request, self.now = prepared(), NOW
        self.word, self.tries = "prepared", 0
        self.seen: dict[str, set[int]] = {REFERENT.subject: set(), SUBSTITUTE.subject: set()}
        # Of each code: its digits, when it was asked, whether its SMS failed for sure, whether its link is used.
        self.sent: list[dict[str, Any]] = []
        self.told: list[str] = []

    def may(self, allowed: bool, act: Callable[[], Any]) -> bool:
        """Whether the request did it; it does what the model allows and nothing else, and a refusal changes nothing."""
        before = (self.request.state, self.request.tries, len(self.request.codes), self.request.told)
        if not allowed:
            with pytest.raises(Refusal) as refusal:
                act()
            assert before == (self.request.state, self.request.tries, len(self.request.codes), self.request.told)
            assert len(refusal.value.detail) > 20
            return False
        told = act()
        self.told += [event.name() for event in told or ()]
        return True

    @property
    def alive(self) -> bool:
        """Whether the référent's day is not over."""
        return self.now < NOW + timedelta(hours=24)

    @property
    def last(self) -> dict[str, Any] | None:
        """The code that counts."""
        return next((one for one in reversed(self.sent) if not one["failed"]), None)

    @rule(seconds=st.sampled_from([1, 29, 30, 31, 299, 599, 600, 3600, 43_200]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def both_halves_are_here(self) -> None:
        late = self.now >= NOW + timedelta(hours=36)
        if self.may(self.word == "prepared", lambda: self.request.open(PHONE, self.now)):
            self.word = "expired" if late else "opened"
            self.opened_at = self.now

    @precondition(lambda self: self.word != "prepared")
    @rule(page=st.sampled_from(sorted(PAGES)), actor=ACTORS)
    def a_page_is_served(self, page: int, actor: Principal | Person) -> None:
        self.request.show_page(page, actor, self.now)
        if actor in {REFERENT, SUBSTITUTE}:
            self.seen[actor.subject].add(page)
            if self.word == "opened" and self.seen[actor.subject] == PAGES:
                self.word = "read"

    @rule(actor=AGENTS, digits=st.sampled_from(["000000", "000001"]))
    def signer(self, actor: Principal, digits: str) -> None:
        waited = not self.sent or self.now >= self.sent[-1]["at"] + timedelta(seconds=30)
        allowed = (
            self.word in {"read", "code_sent"}
            and self.seen.get(actor.subject) == PAGES
            and self.unexpired()
            and self.tries < 5
            and len(self.sent) < 3
            and waited
        )
        hashed = keyed_hash(PEPPER, BINDING, SecretStr(digits))
        made = Code(new_id(), len(self.sent) + 1, hashed, self.now, asked_by=actor.subject)
        if self.may(allowed, lambda: check_code_allowed(self.request, actor, self.now)):
            self.request.add_code(made)
            self.sent.append({"digits": digits, "at": self.now, "failed": False, "opened": False})
            self.word = "code_sent"

    @precondition(lambda self: self.sent)
    @rule(status=st.sampled_from(list(SmsStatus)))
    def the_provider_answers(self, status: SmsStatus) -> None:
        code = self.request.codes[-1]
        if code.status is not SmsStatus.UNKNOWN:
            return
        told = self.request.record_sms(code.id, status, None, self.now)
        self.sent[-1]["failed"] = status is SmsStatus.FAILED
        self.told += [event.name() for event in told]
        if self.word == "code_sent" and len(self.sent) == 3 and all(one["failed"] for one in self.sent):
            self.word = "failed"

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 2))
    def a_link_is_opened(self, which: int) -> None:
        which = which % len(self.sent)
        newer = any(not one["failed"] for one in self.sent[which + 1 :])
        one = self.sent[which]
        fresh = self.now < one["at"] + timedelta(minutes=10)
        allowed = self.word == "code_sent" and fresh and not newer and not one["opened"]
        if self.may(allowed, lambda: self.request.open_link(self.request.codes[which], f"session-{which}", self.now)):
            one["opened"] = True

    @rule(actor=ACTORS, typed=st.sampled_from(["000000", "000001", "999999"]))
    def a_code_is_typed(self, actor: Principal | Person, typed: str) -> None:
        last = self.last
        allowed = (
            self.word == "code_sent"
            and actor != STRANGER
            and self.unexpired()
            and self.tries < 5
            and last is not None
            and self.now < last["at"] + timedelta(minutes=10)
        )
        if not self.may(allowed, lambda: code_to_compare(self.request, actor, self.now) and None):
            return
        # What one atomic statement does in the database, before anything is compared.
        self.request.tries += 1
        self.tries += 1
        assert last is not None
        compared = code_to_compare_again(self.request, last)
        if matches(PEPPER, BINDING, SecretStr(typed), compared.keyed_hash):
            assert typed == last["digits"]
            self.request.sign(actor.subject, "person" if actor == PERSON else "referent", self.now)
            self.word = "signed"
        else:
            assert typed != last["digits"]
            if self.tries == rules.MAX_TRIES:
                self.told += [event.name() for event in self.request.lock(actor.subject, self.now)]
                self.word = "locked"

    @rule(actor=ACTORS)
    def refuser(self, actor: Principal | Person) -> None:
        allowed = self.word in UNDER_WAY and actor != STRANGER and self.unexpired()
        if self.may(allowed, lambda: self.request.refuse(actor, "", self.now)):
            self.word = "refused"

    @precondition(lambda self: self.word in UNDER_WAY and not self.unexpired())
    @rule()
    def the_periodic_task_comes_by(self) -> None:
        assert self.may(allowed=True, act=lambda: self.request.expire(self.now))
        self.word = "expired"

    @rule()
    def the_seal_is_made(self) -> None:
        files = file_ref("signature/sealed.pdf"), file_ref("signature/evidence.json")
        if self.may(self.word == "signed", lambda: self.request.complete(*files, self.now)):
            self.word = "completed"

    @rule(because=st.sampled_from(["cancelled", "reopened", "superseded"]))
    def contracts_voids_it(self, because: str) -> None:
        allowed = self.word in {"prepared", *UNDER_WAY, "signed", "completed"}
        if self.may(allowed, lambda: self.request.void(because, self.now)):
            self.word = "voided"

    def unexpired(self) -> bool:
        """By the request's own day, or contracts' deadline."""
        opened = getattr(self, "opened_at", NOW)
        return self.now < min(opened + timedelta(hours=24), NOW + timedelta(hours=36))

    @invariant()
    def they_agree(self) -> None:
        assert self.request.state == self.word
        assert self.request.tries == self.tries <= 5
        assert self.request.told == len(self.told)

    @invariant()
    def an_end_is_told_once_and_explained(self) -> None:
        ends = [name for name in self.told if name not in {"SignatureOpened", "SignatureVoided"}]
        assert len(ends) <= 1
        assert self.told.count("SignatureVoided") <= 1
        if self.request.ended_because is not None:
            assert "." in rules.ENDINGS[self.request.ended_because]
        if self.word in {"signed", "completed"}:
            assert self.request.signed is not None

    @invariant()
    def what_ended_moves_no_more(self) -> None:
        if self.request.state.ended and self.request.state is not State.COMPLETED:
            for act in (self.request.expire, lambda now: self.request.void("cancelled", now)):
                with pytest.raises(ImpossibleMove):
                    act(self.now)


def code_to_compare_again(request: SignatureRequest, last: dict[str, Any]) -> Code:
    """The code that the last sent stands for."""
    return next(code for code in reversed(request.codes) if code.asked_at == last["at"])


Lives.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestLives = Lives.TestCase
