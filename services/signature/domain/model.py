"""The signature request: one attempt to have one CER signed, from its two halves to the seal."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.signature.domain import rights, rules
from services.signature.domain.link import PERSON, LinkDead, Person
from services.signature.domain.otp import Code
from services.signature.domain.phone import allowed_mobile
from services.signature.domain.states import State, Verb, next_state
from services.signature.domain.values import NOWHERE, Asked, Edition, Origin, Provider, Signed, Step
from shared.events import signature as events
from shared.events.blocks import AgentCard, Identity, Reason
from shared.events.envelope import Event
from shared.events.files import FileRef
from shared.events.sealed import Sealed, seal
from shared.kernel.errors import Refusal
from shared.security.principal import Principal
from shared.sms.outcome import SmsFault, SmsStatus
from shared.sms.phones import FRENCH_PLAN, masked

_OPERATIONS = {
    Verb.READ: "send-code",  # as far as SIGNER, which is still to come
    Verb.SEND_CODE: "send-code",
    Verb.TRY_CODE: "enter-code",
    Verb.REFUSE: "refuse",
}
# What the person does on their phone. Nobody but an agent has a code sent.
_OF_PERSON = {Verb.TRY_CODE, Verb.REFUSE}


@dataclass
class SignatureRequest:
    """Aggregate. Its methods change it and return the events to emit; `steps` are those not saved yet.

    `version` counts saves (the ETag), `told` counts the events emitted (their aggregate version). `referent_id` is the
    agent who accompanies the person; none until contracts has said it. `origin` is where who acts now acts from.
    """

    id: UUID
    cer_id: UUID
    attempt: int
    dossier_id: UUID
    territory: str
    identity: Sealed[Identity]
    referent: Sealed[AgentCard]
    referent_id: str | None = None
    state: State = State.PREPARED
    asked: Asked | None = None
    edition: Edition | None = None
    phone_masked: str | None = None
    expires_at: datetime | None = None
    tries: int = 0
    codes: list[Code] = field(default_factory=list)
    pages_shown: dict[str, set[int]] = field(default_factory=dict)
    signed: Signed | None = None
    ended_at: datetime | None = None
    ended_because: str | None = None
    document: FileRef | None = None
    evidence: FileRef | None = None
    addendum: FileRef | None = None
    provider: Provider = Provider.OWN
    version: int = 0
    told: int = 0
    steps: list[Step] = field(default_factory=list)
    origin: Origin = NOWHERE

    def halves(self) -> tuple[Asked, Edition]:
        """Both halves. Raises ValueError while one is missing: no state after `prepared` allows that."""
        if self.asked is None or self.edition is None:
            raise ValueError("a half of the signature request is missing")
        return self.asked, self.edition

    def how_signed(self) -> Signed:
        """When the right code was typed, and by whom. Raises ValueError before that."""
        if self.signed is None:
            raise ValueError("the right code was not typed yet")
        return self.signed

    def open(self, phone: str | None, now: datetime, prefixes: AbstractSet[str] = FRENCH_PLAN) -> list[Event]:
        """Both halves are here: opens, or ends at once where it never could."""
        return self.prepare(phone, now, prefixes) or self.show(now)

    def prepare(self, phone: str | None, now: datetime, prefixes: AbstractSet[str] = FRENCH_PLAN) -> list[Event]:
        """Whether it can open: none when it can.

        Ends the request where no code could ever be sent: no mobile, one not allowed, an agent's own; or too late.
        """
        next_state(self.state, Verb.OPEN)
        asked, _ = self.halves()
        if asked.deadline <= now:
            return self.expire(now)
        try:
            if asked.phone_is_agents:
                raise rules.PhoneIsAgents
            self.phone_masked = masked(allowed_mobile(phone, prefixes))
        except Refusal as refusal:
            return self.fail(refusal.code, now)
        return []

    def show(self, now: datetime) -> list[Event]:
        """It can be read and signed for a day, or until contracts gives the attempt up, whichever comes first."""
        asked, edition = self.halves()
        self._move(Verb.OPEN, now)
        self.expires_at = min(now + rules.REQUEST_LIFETIME, asked.deadline)
        return [events.SignatureOpened(**self._tell(), edition_id=edition.edition_id, expires_at=self.expires_at)]

    def check(self, agent: Principal, operation: str) -> None:
        """Whether this agent may do this of the table of rights with it. Raises NotFound, NotYourCer."""
        rights.check(agent, operation, self.territory, self.referent_id)

    def check_right(self, verb: Verb, who: Principal | Person) -> None:
        """Whether this is theirs to do: an agent's by the table of rights, the person's by the link of their code.

        Raises NotFound, NotYourCer.
        """
        if isinstance(who, Principal):
            self.check(who, _OPERATIONS[verb])
        elif verb not in _OF_PERSON:
            raise rules.NotYourCer

    def acting(self, verb: Verb, who: Principal | Person, now: datetime) -> tuple[Asked, Edition]:
        """Whether they may do this now: it is theirs to do, the state allows it, the day has not passed.

        Raises NotFound, NotYourCer, ImpossibleMove, RequestExpired.
        """
        self.check_right(verb, who)
        next_state(self.state, verb)
        if self.expires_at is not None and now >= self.expires_at:
            raise rules.RequestExpired(self.expires_at)
        return self.halves()

    def pages_missing(self, who: Principal | Person) -> list[int]:
        """The pages that were not served to them."""
        _, edition = self.halves()
        shown = self.pages_shown.get(who.subject, set())
        return [page for page in range(1, edition.pages + 1) if page not in shown]

    def show_page(self, page: int, who: Principal | Person, now: datetime) -> bool:
        """A page was served; whether it was the last that the référent, or who stands in for them, had to see."""
        self.pages_shown.setdefault(who.subject, set()).add(page)
        if self.state is not State.OPENED or not self._has_it_signed(who) or self.pages_missing(who):
            return False
        self._move(Verb.READ, now, who.subject)
        return True

    def add_code(self, code: Code, text: str = "") -> None:
        """Keeps a code that is about to be sent; it replaces those before it. `text`: the SMS, its secrets hidden."""
        if self.state is State.OPENED:
            # Every page had been served before this state was known.
            self._move(Verb.READ, code.asked_at, code.asked_by)
        detail: dict[str, str | int] = {"sequence": code.sequence} | ({"text": text} if text else {})
        self._move(Verb.SEND_CODE, code.asked_at, code.asked_by, **detail)
        self.codes.append(code)

    def open_link(self, code: Code, session_hash: str, now: datetime) -> None:
        """A code's link is opened, once: what follows is known by its session. Raises LinkDead."""
        if code.link_opened_at is not None:
            raise LinkDead
        self.check_link(code, now)
        code.link_opened_at, code.session_hash = now, session_hash
        self.steps.append(self.step(now, "open_link", PERSON.subject, sequence=code.sequence))

    def check_link(self, code: Code, now: datetime) -> None:
        """Whether what the link opened still serves. Raises LinkDead."""
        newer = any(other.sequence > code.sequence and other.status is not SmsStatus.FAILED for other in self.codes)
        if newer or self.state is not State.CODE_SENT or now >= code.expires_at:
            raise LinkDead

    def record_sms(
        self,
        code_id: UUID,
        status: SmsStatus,
        receipt: str | None,
        now: datetime,
        *,
        provider: str | None = None,
        fault: SmsFault | None = None,
    ) -> list[Event]:
        """What became of a code's SMS. When the last code allowed fails as all before it did, the request ends."""
        code = next(code for code in self.codes if code.id == code_id)
        code.status, code.receipt, code.provider, code.fault = status, receipt, provider, fault
        none_left = len(self.codes) >= rules.MAX_CODES and all(c.status is SmsStatus.FAILED for c in self.codes)
        return self.fail("sms-unavailable", now) if none_left and self.state is State.CODE_SENT else []

    def sign(self, agent: str, entered_by: str, now: datetime) -> None:
        """The right code was typed; the seal follows as work."""
        self._move(Verb.SIGN, now, agent, entered_by=entered_by)
        self.signed = Signed(now, entered_by)

    def sign_elsewhere(self, signed_at: datetime, now: datetime) -> None:
        """The person signed at the provider, who says when; the file is still to be brought back."""
        self._move(Verb.SIGN_ELSEWHERE, now, PERSON.subject, entered_by="person")
        self.signed = Signed(signed_at, "person")

    def refuse_elsewhere(self, reason: str, now: datetime) -> list[Event]:
        """The person refused at the provider, perhaps before now."""
        self._end(Verb.REFUSE, "refused", now, PERSON.subject)
        return [events.SignatureRefused(**self._tell(), reason=seal(Reason(text=reason)))]

    def fail_elsewhere(self, code: str, now: datetime) -> list[Event]:
        """It cannot go on at the provider; `code` is one of `rules.ENDINGS`."""
        self._end(Verb.FAIL_ELSEWHERE if self.state is State.OPENED else Verb.FAIL, code, now)
        return [events.SignatureFailed(**self._tell(), code=code)]

    def lock(self, agent: str | None, now: datetime) -> list[Event]:
        """The last try allowed was wrong."""
        self._end(Verb.LOCK, rules.TooManyTries.code, now, agent)
        return [events.SignatureFailed(**self._tell(), code=rules.TooManyTries.code)]

    def complete(self, document: FileRef, evidence: FileRef, now: datetime) -> list[Event]:
        """The sealed PDF and its evidence are stored. Raises ImpossibleMove unless the right code was typed."""
        self._move(Verb.SEAL, now)
        asked, edition = self.halves()
        signed = self.how_signed()
        self.ended_at, self.document, self.evidence = now, document, evidence
        completed = events.SignatureCompleted(
            **self._tell(),
            edition_id=edition.edition_id,
            signed_at=signed.at,
            entered_by=signed.entered_by,
            document=document,
            evidence=evidence,
            numero=asked.numero,
        )
        return [completed]

    def prolong(self, longer: Mapping[str, FileRef]) -> list[Event]:
        """Longer files stand for those whose addresses these are; none is told where nothing changes."""
        document, evidence = (ref and longer.get(ref.uri, ref) for ref in (self.document, self.evidence))
        if document is None or evidence is None or (document, evidence) == (self.document, self.evidence):
            return []
        self.document, self.evidence = document, evidence
        return [events.SignatureProlonged(**self._tell(), document=document, evidence=evidence)]

    def refuse(self, who: Principal | Person, reason: str, now: datetime) -> list[Event]:
        """The person refuses (REFUSER). The reason travels sealed and is not kept here."""
        self.acting(Verb.REFUSE, who, now)
        self._end(Verb.REFUSE, "refused", now, who.subject)
        return [events.SignatureRefused(**self._tell(), reason=seal(Reason(text=reason)))]

    def expire(self, now: datetime) -> list[Event]:
        """Its time has passed."""
        self._end(Verb.EXPIRE, "expired", now)
        return [events.SignatureExpired(**self._tell())]

    def fail(self, code: str, now: datetime) -> list[Event]:
        """It cannot go on; `code` is one of `rules.ENDINGS`."""
        self._end(Verb.FAIL, code, now)
        return [events.SignatureFailed(**self._tell(), code=code)]

    def end_without_edition(self, now: datetime) -> None:
        """Documents could not make the PDF. No event: `EditionFailed` itself tells contracts."""
        self._end(Verb.FAIL, "edition-failed", now)

    def void(self, code: str, now: datetime) -> list[Event]:
        """It counts no more: `cancelled`, `reopened` or `superseded`."""
        was_completed = self.state is State.COMPLETED
        self._end(Verb.VOID, code, now)
        return [events.SignatureVoided(**self._tell(), code=code, was_completed=was_completed)]

    def step(self, now: datetime, verb: str, agent: str | None, **detail: str | int) -> Step:
        """What is kept of one thing that happens, and from where; of a colleague who stands in, also for whom."""
        if agent not in (None, PERSON.subject) and self.referent_id not in (None, agent):
            detail |= {"on_behalf_of": str(self.referent_id)}
        return Step(now, verb, agent, detail, self.origin if agent is not None else NOWHERE)

    def _has_it_signed(self, who: Principal | Person) -> bool:
        return isinstance(who, Principal) and rights.sees(who, "send-code", self.territory, self.referent_id)

    def _move(self, verb: Verb, now: datetime, agent: str | None = None, **detail: str | int) -> None:
        self.state = next_state(self.state, verb)
        self.steps.append(self.step(now, verb, agent, **detail))

    def _end(self, verb: Verb, because: str, now: datetime, agent: str | None = None) -> None:
        self._move(verb, now, agent, because=because)
        self.ended_at, self.ended_because = now, because

    def _tell(self) -> dict[str, Any]:
        """Counts one event more, and gives what all of them bear."""
        self.told += 1
        return {
            "aggregate_version": self.told,
            "signature_id": self.id,
            "cer_id": self.cer_id,
            "dossier_id": self.dossier_id,
            "territory": self.territory,
            "attempt": self.attempt,
            "identity": self.identity,
            "referent": self.referent,
        }
