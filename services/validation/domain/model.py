"""The study of a CER: one for each CER, whatever its submissions. Each method makes one move and one event."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.validation.domain import rules
from services.validation.domain.delegations.model import Delegation, by_delegation
from services.validation.domain.states import State, Verb, next_state
from services.validation.domain.submission import Submission
from services.validation.domain.values import Decision, Opinion, Path, Verdict
from shared.events.blocks import AgentCard, DecisionText, Reason
from shared.events.contracts import CerSubmitted
from shared.events.sealed import Sealed, seal
from shared.events.validation import (
    CerDecided,
    CerReturnedForComplement,
    CerSentToChefDeService,
    CerSentToCommission,
    CerTakenBack,
    OpinionGiven,
    StudyOpened,
)
from shared.kernel.errors import RaceLost
from shared.kernel.ids import derived_id


@dataclass(frozen=True)
class Move:
    """One line of the study's history. `since`: when it came to the state that it leaves.

    `detail`: codes (kind, opinion, outcome, what is missing), never a text.
    """

    verb: str
    source: State | None
    target: State
    actor: str
    at: datetime
    detail: str = ""
    reason: Sealed[Reason] | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Lacking:
    """What a returned CER lacks: codes of the admin's list, and all of it in words, free text included."""

    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decider:
    """Who decides and when (UTC), by which delegation if not in their own right."""

    by: AgentCard
    at: datetime
    delegation: Delegation | None = None

    def named(self) -> AgentCard:
        """As the decision names them."""
        return by_delegation(self.by) if self.delegation else self.by


@dataclass
class Study:
    """Where races about a submitted CER are settled: one row, one lock."""

    id: UUID
    cer_id: UUID
    dossier_id: UUID
    numero: int
    nature: str
    state: State
    since: datetime
    submission: Submission
    version: int = 0
    commission_kind: str | None = None
    opinion: Opinion | None = None
    decision: Decision | None = None
    moves: list[Move] = field(default_factory=list)

    @classmethod
    def open(cls, event: CerSubmitted, at: datetime) -> tuple[Self, StudyOpened]:
        """The study of a CER submitted for the first time that is known here."""
        study = cls(
            id=derived_id("study", event.cer_id),
            cer_id=event.cer_id,
            dossier_id=event.dossier_id,
            numero=event.numero,
            nature=event.nature,
            state=State.A_ORIENTER,
            since=at,
            submission=Submission.of(event),
        )
        study._record(Move("open", None, State.A_ORIENTER, event.referent_id, at))
        return study, StudyOpened(**study._told(), priority=event.priority)

    def resume(self, event: CerSubmitted, at: datetime) -> StudyOpened:
        """The référent completed the CER and submitted it again. Raises ImpossibleMove unless it had been returned."""
        self._move(Verb.RESUME, event.referent_id, at)
        self.numero, self.nature, self.submission = event.numero, event.nature, Submission.of(event)
        self.commission_kind = self.opinion = None
        return StudyOpened(**self._told(), priority=event.priority)

    def follow_ranks(self, ranks: Mapping[str, int]) -> None:
        """Waits where the list of priorities says; a code that it does not have, where its submission said."""
        submission = self.submission
        rank = ranks.get(submission.priority, submission.priority_rank)
        self.submission = replace(submission, priority_rank=rank)

    def check_seen(self, version: int) -> None:
        """An agent acts on what they saw. Raises AlreadyDecided, or RaceLost if anything else changed since."""
        if self.state is State.DECIDE:
            raise rules.AlreadyDecided
        if version != self.version:
            raise RaceLost("L'étude a changé depuis que vous l'avez ouverte : rechargez-la, puis recommencez.")

    def send_to_commission(self, kind: str, reason: str, by: AgentCard, at: datetime) -> CerSentToCommission:
        """Asks a commission's opinion. From the chef de service's desk this is a change of path, with its reason.

        `kind`: code of a kind that can be asked (`lists.usable_kind`).
        """
        self._route(Verb.SEND_TO_COMMISSION, kind, reason, by, at)
        self.commission_kind, self.opinion = kind, None
        return CerSentToCommission(**self._told(), commission_kind=kind)

    def send_to_chef_de_service(self, reason: str, by: AgentCard, at: datetime) -> CerSentToChefDeService:
        """Asks the chef de service's decision. From a commission this is a change of path, with its reason."""
        self._route(Verb.SEND_TO_CHEF_DE_SERVICE, "", reason, by, at)
        self.commission_kind = self.opinion = None
        return CerSentToChefDeService(**self._told())

    def take_back(self, reason: str, by: AgentCard, at: datetime) -> CerTakenBack:
        """Puts the CER back among those to route, with why. Raises ReasonRequired."""
        next_state(self.state, Verb.TAKE_BACK)
        sealed = seal(Reason(text=rules.required_reason(reason)))
        self._move(Verb.TAKE_BACK, by.agent_id, at, reason=sealed)
        self.commission_kind = self.opinion = None
        return CerTakenBack(**self._told())

    def return_for_complement(
        self, reason: str, lacking: Lacking, by: AgentCard, at: datetime
    ) -> CerReturnedForComplement:
        """Gives the CER back to the référent, with why and what is missing. Raises ReasonRequired."""
        sealed = seal(Reason(text=rules.required_reason(reason), missing=lacking.words))
        self._move(Verb.RETURN, by.agent_id, at, detail=",".join(lacking.codes), reason=sealed)
        return CerReturnedForComplement(**self._told(), reason=sealed)

    def give_opinion(self, opinion: Opinion, by: AgentCard, at: datetime) -> OpinionGiven:
        """Records what the commission said. Until the outcome is recorded it can be corrected, on the record."""
        self._move(Verb.GIVE_OPINION, by.agent_id, at, detail=opinion.value)
        self.opinion = opinion
        return OpinionGiven(**self._told(), opinion=opinion.value)

    def schedule(self, session_id: UUID, by: AgentCard, at: datetime) -> None:
        """Comes before a commission's session: what an earlier one said counts no more."""
        self._move(Verb.SCHEDULE, by.agent_id, at, detail=str(session_id))
        self.opinion = None

    def record_outcome(self, verdict: Verdict, by: AgentCard, at: datetime) -> CerDecided:
        """Records the commission's outcome, which follows its opinion.

        Raises AuthorCannotDecide, OpinionMissing, OutcomeAgainstOpinion, CommentRequired, ArbitrationImpossible.
        """
        next_state(self.state, Verb.RECORD_OUTCOME)
        rules.follows_opinion(self.opinion, verdict.outcome)
        if verdict.date_debut is not None:
            raise rules.ArbitrationImpossible("Seul le chef de service arbitre une date de début : transmettez-lui.")
        return self._decide(Verb.RECORD_OUTCOME, Path.COMMISSION, verdict, Decider(by, at))

    def decide(self, verdict: Verdict, by: AgentCard, at: datetime, delegation: Delegation | None = None) -> CerDecided:
        """The decision of the chef de service, or of who holds this delegation: final.

        Raises DelegationRequired, AuthorCannotDecide, CommentRequired, ArbitrationImpossible.
        """
        return self._decide(Verb.DECIDE, Path.CHEF_DE_SERVICE, verdict, Decider(by, at, delegation))

    def _decide(self, verb: Verb, path: Path, verdict: Verdict, decider: Decider) -> CerDecided:
        next_state(self.state, verb)
        submission, by, at = self.submission, decider.by, decider.at
        if decider.delegation is not None:
            decider.delegation.check(submission.territory, self.nature)
        rules.never_by_its_author(submission.authors, by.agent_id)
        comment = rules.commented(verdict.outcome, verdict.comment)
        start = rules.arbitrated_start(
            verdict.outcome, verdict.date_debut, submission.date_demandee, submission.date_debut
        )
        text = DecisionText(comment=comment, motives=verdict.motives, note_referent=verdict.note_referent.strip())
        self._move(verb, by.agent_id, at, detail=verdict.outcome.value)
        self.decision = Decision(
            submission=submission.number,
            outcome=verdict.outcome,
            path=path,
            opinion=self.opinion,
            decided_at=at,
            decided_by=by.agent_id,
            date_debut=start,
            text=seal(text),
            decider=seal(decider.named()),
            motive_codes=verdict.motive_codes,
            delegation_id=decider.delegation.id if decider.delegation else None,
            delegated_by=decider.delegation.delegator_id if decider.delegation else None,
        )
        return CerDecided(
            **self._told(),
            outcome=verdict.outcome.value,
            path=path.value,
            decided_at=at,
            decided_by=by.agent_id,
            date_debut=start,
            decision=self.decision.text,
            decider=self.decision.decider,
            delegation_id=self.decision.delegation_id,
            delegated_by=self.decision.delegated_by,
        )

    def _route(self, verb: Verb, detail: str, reason: str, by: AgentCard, at: datetime) -> None:
        next_state(self.state, verb)
        rerouted = self.state is not State.A_ORIENTER
        text = rules.required_reason(reason) if rerouted else reason.strip()
        self._move(verb, by.agent_id, at, detail, seal(Reason(text=text)) if text else None)

    def _move(
        self, verb: Verb, actor: str, at: datetime, detail: str = "", reason: Sealed[Reason] | None = None
    ) -> None:
        target = next_state(self.state, verb)
        since = self.since if target is not self.state else None
        self._record(Move(verb.value, self.state, target, actor, at, detail, reason, since))
        if target is not self.state:
            self.state, self.since = target, at

    def _record(self, move: Move) -> None:
        self.moves.append(move)
        self.version += 1

    def _told(self) -> dict[str, Any]:
        """What every event of this study says."""
        return {
            "aggregate_version": self.version,
            "study_id": self.id,
            "cer_id": self.cer_id,
            "dossier_id": self.dossier_id,
            "territory": self.submission.territory,
            "submission": self.submission.number,
        }
