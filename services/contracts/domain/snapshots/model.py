"""Snapshots: a dossier, a CER, as they are. Nothing follows from them but what is newer than what a projection has."""

from dataclasses import dataclass
from datetime import datetime

from services.contracts.domain.agents.model import Agent
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.states import State
from services.contracts.domain.dossiers.model import Dossier
from shared.events.blocks import AgentCard, DecisionText
from shared.events.contracts import CerSnapshot, DossierSnapshot, SignedSnapshot, StudySnapshot
from shared.events.sealed import Sealed, seal


@dataclass(frozen=True)
class FollowedStudy:
    """How far contracts followed the study of a CER. `decider` stays sealed, as it came."""

    version: int = 0
    commission_kind: str | None = None
    decider: Sealed[AgentCard] | None = None


@dataclass(frozen=True)
class Kept:
    """All that a snapshot of a CER is made of. `since` is when it came to its state, `authors` who wrote in it."""

    cer: Cer
    dossier: Dossier
    referent: Agent | None
    since: datetime
    followed: FollowedStudy
    authors: tuple[str, ...] = ()


def of_dossier(dossier: Dossier) -> DossierSnapshot:
    """The dossier at its present version."""
    return DossierSnapshot(
        aggregate_version=dossier.version,
        dossier_id=dossier.id,
        territory=dossier.territory,
        referent_id=dossier.referent_id,
        identity=seal(dossier.identity()),
    )


def of_cer(kept: Kept) -> CerSnapshot:
    """The CER at its present version, without its texts: those who set them get them when they are to."""
    cer, dossier, decision = kept.cer, kept.dossier, kept.cer.decision
    words = None
    if decision is not None:
        words = DecisionText(comment=decision.comment, motives=decision.motives, note_referent=decision.note_referent)
    return CerSnapshot(
        aggregate_version=cer.version,
        cer_id=cer.id,
        dossier_id=dossier.id,
        numero=cer.draft.numero,
        nature=cer.draft.nature.value,
        territory=dossier.territory,
        revision=cer.revision,
        referent_id=dossier.referent_id,
        state=cer.state.value,
        date_debut=cer.draft.date_debut,
        date_fin=cer.draft.date_fin,
        dernier_contrat=cer.draft.dernier_contrat,
        attempt=cer.signing.attempt,
        signed=_signed(cer),
        study=_study(kept),
        identity=seal(dossier.identity()),
        referent=seal(kept.referent.card()) if kept.referent else None,
        decision=seal(words) if words else None,
        decider=kept.followed.decider,
        author_ids=kept.authors,
    )


def _signed(cer: Cer) -> SignedSnapshot | None:
    proof = cer.proof
    if proof is None:
        return None
    return SignedSnapshot(
        signature_id=proof.signature_id,
        edition_id=proof.edition_id,
        signed_at=proof.signed_at,
        entered_by=proof.entered_by,
        document=proof.document,
        evidence=proof.evidence,
    )


def _study(kept: Kept) -> StudySnapshot | None:
    cer, draft, decision = kept.cer, kept.cer.draft, kept.cer.decision
    if cer.submitted_at is None or draft.priority is None or draft.date_debut is None:
        return None
    return StudySnapshot(
        version=kept.followed.version,
        since=kept.since,
        submission=cer.submission,
        submitted_at=cer.submitted_at,
        priority=draft.priority,
        requests=draft.requests,
        accord=cer.accord.value_shown,
        date_debut=draft.date_debut,
        date_demandee=draft.date_demandee,
        date_fin=draft.date_fin,
        commission_kind=kept.followed.commission_kind if cer.state is State.ETUDE_EN_COMMISSION else None,
        outcome=decision.outcome if decision else None,
        path=decision.path if decision else None,
        decided_at=decision.decided_at if decision else None,
        decided_by=decision.decided_by if decision else None,
    )
