"""A study as contracts followed it: for a database that was lost, or restored from before. It tells nothing."""

from services.validation.domain.model import Move, Study
from services.validation.domain.states import State
from services.validation.domain.submission import Submission
from services.validation.domain.values import Decision, Opinion, Outcome, Path
from shared.events.contracts import CerSnapshot, StudySnapshot
from shared.kernel.ids import derived_id

REBUILD = "rebuild"
# The state of the CER, and that of its study.
FOLLOWED: dict[str, State] = {
    "soumis_a_etude": State.A_ORIENTER,
    "etude_en_commission": State.EN_COMMISSION,
    "attente_decision": State.ATTENTE_DECISION,
    "proposition": State.RETOURNE,
    "supprime": State.RETOURNE,
    "valide": State.DECIDE,
    "non_valide": State.DECIDE,
}


def rebuilt(event: CerSnapshot, told: StudySnapshot) -> Study:
    """The study at the version that contracts heard of last. An opinion without its outcome has to be given again."""
    state = FOLLOWED[event.state]
    decision = _decision(event, told)
    study = Study(
        id=derived_id("study", event.cer_id),
        cer_id=event.cer_id,
        dossier_id=event.dossier_id,
        numero=event.numero,
        nature=event.nature,
        state=state,
        since=told.since,
        version=max(told.version, 1),
        submission=Submission.followed(event, told),
        commission_kind=told.commission_kind,
        opinion=decision.opinion if decision else None,
        decision=decision,
    )
    study.moves.append(Move(REBUILD, None, state, "service:contracts", told.since))
    return study


def _decision(event: CerSnapshot, told: StudySnapshot) -> Decision | None:
    """On the commission's path the outcome followed its opinion: it says what the opinion was."""
    if told.outcome is None or told.path is None or told.decided_at is None or told.decided_by is None:
        return None
    authors = {event.referent_id, *event.author_ids}
    if event.decision is None or event.decider is None or told.decided_by in authors:
        return None
    outcome, path = Outcome(told.outcome), Path(told.path)
    opinion = Opinion.FAVORABLE if outcome is Outcome.VALIDE else Opinion.DEFAVORABLE
    return Decision(
        submission=told.submission,
        outcome=outcome,
        path=path,
        opinion=opinion if path is Path.COMMISSION else None,
        decided_at=told.decided_at,
        decided_by=told.decided_by,
        date_debut=None,
        text=event.decision,
        decider=event.decider,
    )
