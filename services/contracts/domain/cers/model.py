"""The CER: what the référent writes, how it is signed, submitted, returned and decided.

Methods check, change and return the events of the change; one is called for each stored change. `version` is that of
the stored row. Sources: the guide; articles L262-34 to L262-37 of the Code de l'action sociale et des familles.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.contracts.domain.cers import facts
from services.contracts.domain.cers.accord import Accord, Tick, after_revision
from services.contracts.domain.cers.checks import checked, frozen_by
from services.contracts.domain.cers.decision import Decided, Decision, Proof, prolonged
from services.contracts.domain.cers.draft import Draft
from services.contracts.domain.cers.note import Note
from services.contracts.domain.cers.party import Party, PhoneFlags
from services.contracts.domain.cers.pinned import Pinned
from services.contracts.domain.cers.rules import (
    AccordAlreadyGiven,
    IncompleteCer,
    MobileMissing,
    missing_to_sign,
    missing_to_submit,
)
from services.contracts.domain.cers.signing import Signing, SigningState
from services.contracts.domain.cers.states import State, Verb, move
from services.contracts.domain.files.requests import ScannedRequests
from services.contracts.domain.moves import Act, Move
from services.contracts.domain.reference.lists import ListName
from services.contracts.domain.reference.snapshot import Reference
from shared.events import contracts as events
from shared.events.blocks import Reason
from shared.events.files import FileRef
from shared.events.sealed import Sealed, seal
from shared.kernel.clock import legal_date
from shared.kernel.errors import ImpossibleMove

OUTCOMES: Mapping[str, tuple[Verb, type[events.CerDecisionEvent]]] = {
    "valide": (Verb.VALIDATE, events.CerValidated),
    "non_valide": (Verb.REJECT, events.CerRejected),
}
PATHS: Mapping[str, State] = {"commission": State.ETUDE_EN_COMMISSION, "chef_de_service": State.ATTENTE_DECISION}


@dataclass(frozen=True)
class Written:
    """What the référent sends when saving; a note of `None` leaves the one that is kept."""

    draft: Draft
    tick: Tick = Tick.NC
    note: str | None = None


@dataclass
class Cer:
    """The aggregate. `moves` are the lines of history of what was done since it was loaded."""

    id: UUID
    dossier_id: UUID
    draft: Draft
    created_by: str
    created_at: datetime
    state: State = State.PROPOSITION
    accord: Accord = Accord.NC
    note: Note = field(default_factory=Note)
    signing: Signing = field(default_factory=Signing)
    proof: Proof | None = None
    revision: int = 1
    submission: int = 0
    submitted_at: datetime | None = None
    decision: Decision | None = None
    pinned: Pinned | None = None
    decision_read: Act | None = None
    replaced_by: UUID | None = None
    version: int = 0
    moves: list[Move] = field(default_factory=list)

    @classmethod
    def create(
        cls, cer_id: UUID, dossier_id: UUID, written: Written, act: Act, party: Party
    ) -> tuple["Cer", events.CerCreated]:
        """A new proposition. Raises Invalid."""
        cer = cls(cer_id, dossier_id, checked(written.draft, None, act, party.reference), act.by, act.at)
        cer.accord = after_revision(Accord.NC, written.tick, shown_changed=False)
        cer.note = cer.note.rewritten(written.note, act.by)
        cer.moves.append(Move("create", None, cer.state, act))
        return cer, events.CerCreated(**facts.facts(cer, party))

    def revise(self, written: Written, act: Act, reference: Reference) -> bool:
        """Saves what the référent wrote, complete or not; says whether anything differs. Emits nothing.

        Raises ImpossibleMove, CerFrozen, SignatureUnderWay, Invalid.
        """
        move(self.state, Verb.REVISE)
        draft = checked(written.draft, self.draft, act, reference)
        shown_changed = draft.shown() != self.draft.shown()
        accord = after_revision(self.accord, written.tick, shown_changed=shown_changed)
        if self.signing.frozen and (shown_changed or accord is not self.accord):
            raise frozen_by(self.signing)
        rewritten = self.note.rewritten(written.note, act.by)
        changed = draft.changed_from(self.draft)
        changed += ["accord"] if accord is not self.accord else []
        changed += ["note"] if rewritten != self.note else []
        if not changed:
            return False
        self._move(Verb.REVISE, act, changed=changed)
        if shown_changed or accord is not self.accord:
            self.revision += 1
        self.draft, self.accord, self.note = draft, accord, rewritten
        return True

    def delete(self, act: Act, party: Party) -> list[events.CerEvent]:
        """Deletes a proposition that no signature freezes; its texts go, a trace stays: number, nature, dates.

        Raises ImpossibleMove, CerFrozen, SignatureUnderWay.
        """
        move(self.state, Verb.DELETE)
        if self.signing.frozen:
            raise frozen_by(self.signing)
        self._move(Verb.DELETE, act)
        self.draft, self.note = self.draft.trace(), Note()
        return [events.CerDeleted(**facts.facts(self, party))]

    def set_dernier_contrat(self, *, value: bool, act: Act, party: Party) -> list[events.CerEvent]:
        """Stops or resumes the renewal alerts of this CER; told once it is valid. Raises ImpossibleMove."""
        move(self.state, Verb.SET_DERNIER_CONTRAT)
        if value == self.draft.dernier_contrat:
            return []
        self._move(Verb.SET_DERNIER_CONTRAT, act, value=value)
        self.draft = self.draft.model_copy(update={"dernier_contrat": value})
        if self.state is not State.VALIDE:
            return []
        return [events.CerDernierContratChanged(**facts.facts(self, party), dernier_contrat=value)]

    def read_decision(self, act: Act) -> None:
        """The référent opened the return of the Département: it is no more « à lire », from the first time on.

        Raises ImpossibleMove.
        """
        move(self.state, Verb.READ_DECISION)
        if self.decision_read is None:
            self._move(Verb.READ_DECISION, act)
            self.decision_read = act

    def shorten(self, replaced_by: UUID, start: date, act: Act, party: Party) -> list[events.CerEvent]:
        """A modification in its place starts on this day: it ends the day before. Raises ImpossibleMove."""
        move(self.state, Verb.SHORTEN)
        last_day, former = start - timedelta(days=1), self.draft.date_fin
        details: dict[str, Any] = {"date_fin": last_day.isoformat(), "replaced_by": str(replaced_by)}
        details["former"] = former.isoformat() if former else None
        self._move(Verb.SHORTEN, act, **details)
        self.draft = self.draft.model_copy(update={"date_fin": last_day})
        self.replaced_by = replaced_by
        return [events.CerShortened(**facts.facts(self, party), date_fin=last_day, replaced_by=replaced_by)]

    def prepare_signature(
        self, mobile: str | None, flags: PhoneFlags, deadline: datetime, act: Act, party: Party
    ) -> list[events.CerEvent]:
        """Freezes this revision and asks for its edition to be made and signed.

        Raises ImpossibleMove, AccordAlreadyGiven, IncompleteCer, MobileMissing, NoTextInForce.
        """
        move(self.state, Verb.PREPARE_SIGNATURE)
        prepared = self.signing.prepare(deadline)
        if self.accord is not Accord.NC:
            raise AccordAlreadyGiven(
                "L'accord est déjà recueilli par la case à cocher : remettez-le à « NC » pour une signature par SMS."
            )
        if missing := missing_to_sign(self.draft):
            raise IncompleteCer("Complétez le CER avant la signature.", missing)
        if mobile is None:
            raise MobileMissing(
                "Ce dossier n'a pas de numéro de mobile : complétez-le (« Modifier l'identité »), ou recueillez "
                "l'accord par la case à cocher."
            )
        self.pinned = Pinned.of(self.draft, party.reference)
        self.signing = prepared
        self._move(Verb.PREPARE_SIGNATURE, act, attempt=prepared.attempt)
        return [facts.ready_to_sign(self, party, flags)]

    def signature_opened(self, deadline: datetime, act: Act) -> None:
        """The edition can be read and signed; `deadline` is when contracts gives up. Raises ImpossibleMove."""
        move(self.state, Verb.OPEN_SIGNATURE)
        self.signing = self.signing.open(deadline)
        self._move(Verb.OPEN_SIGNATURE, act, attempt=self.signing.attempt)

    def signature_completed(self, proof: Proof, act: Act) -> None:
        """The person signed: accord `oui`, by SMS, with its evidence. Raises ImpossibleMove."""
        move(self.state, Verb.COMPLETE_SIGNATURE)
        self.signing = self.signing.complete()
        self._move(Verb.COMPLETE_SIGNATURE, act, attempt=self.signing.attempt)
        self.accord, self.proof = Accord.OUI_SMS, proof

    def signature_prolonged(self, document: FileRef, evidence: FileRef, act: Act) -> bool:
        """Its files were stamped anew; False when those kept are as long. Raises ImpossibleMove."""
        move(self.state, Verb.PROLONG_SIGNATURE)
        longer, former = prolonged(self.proof, document, evidence)
        if former:
            self._move(Verb.PROLONG_SIGNATURE, act, attempt=self.signing.attempt, former=former)
            self.proof = longer
        return bool(former)

    def signature_ended(self, ending: str, act: Act) -> None:
        """Refused, expired, failed or voided: the CER can be changed again, the accord stays `nc`.

        Raises ImpossibleMove.
        """
        move(self.state, Verb.END_SIGNATURE)
        self.signing = self.signing.end(ending)
        self._move(Verb.END_SIGNATURE, act, attempt=self.signing.attempt, ending=ending)

    def cancel_signature(self, ending: str, act: Act, party: Party) -> list[events.CerEvent]:
        """Gives the attempt up, by the référent (`cancelled`) or past its deadline (`deadline`).

        Raises ImpossibleMove.
        """
        self.signature_ended(ending, act)
        return [events.CerSigningCancelled(**facts.facts(self, party), attempt=self.signing.attempt)]

    def reopen(self, reason: str, act: Act, party: Party) -> list[events.CerEvent]:
        """Voids the signature of a proposition, with the reason, so that it can be changed. Raises ImpossibleMove."""
        move(self.state, Verb.REOPEN)
        self.signing = self.signing.void()
        self._move(Verb.REOPEN, act, reason=reason, attempt=self.signing.attempt)
        self.accord, self.proof = Accord.NC, None
        sealed = seal(Reason(text=reason))
        return [events.CerReopened(**facts.facts(self, party), attempt=self.signing.attempt, reason=sealed)]

    def submit(
        self, act: Act, party: Party, requests: ScannedRequests, authors: tuple[str, ...] = ()
    ) -> list[events.CerEvent]:
        """« Passer à l'état soumis à l'étude », with the scanned requests of the dossier and who wrote in the CER.

        What was not signed by SMS has its texts pinned here. Raises ImpossibleMove, SignatureUnderWay, IncompleteCer,
        NoTextInForce.
        """
        move(self.state, Verb.SUBMIT)
        if self.signing.under_way:
            raise frozen_by(self.signing)
        label = partial(party.reference.label, ListName.DIAGNOSTICS, on=legal_date(act.at))
        if missing := missing_to_submit(self.draft, self.accord, requests, label):
            raise IncompleteCer("Complétez le CER avant de le soumettre.", missing)
        if self.signing.state is not SigningState.SIGNED:
            self.pinned = Pinned.of(self.draft, party.reference)
        self.submission, self.submitted_at = self.submission + 1, act.at
        self._move(Verb.SUBMIT, act, submission=self.submission)
        return [facts.submitted(self, party, authors)]

    def is_submission_over(self, submission: int) -> bool:
        """Whether what comes for this submission comes too late. Raises ImpossibleMove for one never made."""
        if submission > self.submission:
            raise ImpossibleMove(f"La soumission {submission} n'existe pas ; la dernière est {self.submission}.")
        return submission < self.submission

    def study_opened(self, act: Act) -> None:
        """The submission is on the insertion service's worklist. Raises ImpossibleMove."""
        self._move(Verb.OPEN_STUDY, act, submission=self.submission)

    def routed(self, verb: Verb, act: Act, party: Party, **details: str) -> list[events.CerEvent]:
        """Sent to a commission or to the chef de service, or taken back; tells it when the path changed.

        Raises ImpossibleMove.
        """
        first = self.state is State.SOUMIS_A_ETUDE
        self._move(verb, act, submission=self.submission, **details)
        if first:
            return []
        return [events.CerRerouted(**facts.facts(self, party), submission=self.submission, state=self.state.value)]

    def returned(self, reason: Sealed[Reason], words: str, act: Act, party: Party) -> list[events.CerEvent]:
        """Returned for a complement; a signature and its freeze stay until a reopening. Raises ImpossibleMove."""
        self._move(Verb.RETURN_FOR_COMPLEMENT, act, reason=words, submission=self.submission)
        return [events.CerReturned(**facts.facts(self, party), submission=self.submission, reason=reason)]

    def decided(self, told: Decided, act: Act, party: Party) -> list[events.CerEvent]:
        """The one decision, on the path where the CER stands. Raises ImpossibleMove."""
        verb, kind = OUTCOMES.get(told.outcome, (None, None))
        if verb is None or kind is None:
            raise ImpossibleMove("Cette décision n'est ni « valide » ni « non valide ».")
        move(self.state, verb)
        if PATHS.get(told.path) is not self.state:
            raise ImpossibleMove("La décision ne vient pas de là où se trouve le CER.")
        start = told.date_debut or facts.start_of(self.draft)
        if self.draft.date_fin is not None and self.draft.date_fin <= start:
            raise ImpossibleMove("La date de début arbitrée est après la date de fin du CER.")
        self._move(verb, act, submission=self.submission, path=told.path)
        self.draft = self.draft.model_copy(update={"date_debut": start})
        self.decision = Decision.of(told)
        return [facts.decided(kind, self, party, told)]

    def _move(self, verb: Verb, act: Act, reason: str = "", **details: Any) -> None:
        after = move(self.state, verb)
        self.moves.append(Move(verb.value, self.state, after, act, details, reason))
        self.state = after
