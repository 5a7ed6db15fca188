"""The events of a CER, built from its state: what they have in common, and the long ones."""

from datetime import date
from typing import TYPE_CHECKING, Any

from services.contracts.domain.cers.dates import duration_of
from services.contracts.domain.cers.decision import Decided
from services.contracts.domain.cers.draft import Draft, Objective
from services.contracts.domain.cers.party import Party, PhoneFlags
from services.contracts.domain.cers.pinned import Pinned
from services.contracts.domain.reference.lists import ListName
from shared.events import blocks
from shared.events import contracts as events
from shared.events.sealed import seal
from shared.kernel.clock import legal_date

if TYPE_CHECKING:
    from services.contracts.domain.cers.accord import Accord
    from services.contracts.domain.cers.model import Cer


def facts(cer: "Cer", party: Party) -> dict[str, Any]:
    """What every event of a CER says; its version is that of the row about to be stored."""
    return {
        "aggregate_version": cer.version + 1,
        "cer_id": cer.id,
        "dossier_id": cer.dossier_id,
        "numero": cer.draft.numero,
        "nature": cer.draft.nature.value,
        "territory": party.territory,
        "revision": cer.revision,
        "referent_id": party.referent.agent_id,
        "identity": seal(party.identity),
        "referent": seal(party.referent),
    }


def ready_to_sign(cer: "Cer", party: Party, flags: PhoneFlags) -> events.CerReadyToSign:
    """The CER is frozen for its present attempt."""
    if cer.signing.deadline is None:
        raise ValueError("an attempt has a deadline")
    pinned = pinned_of(cer, party)
    return events.CerReadyToSign(
        **facts(cer, party),
        attempt=cer.signing.attempt,
        deadline=cer.signing.deadline,
        phone_entered_today=flags.entered_today,
        phone_shared=flags.shared,
        phone_is_agents=flags.is_agents,
        phone_since=flags.since,
        content=seal(content(cer.draft, cer.accord, pinned)),
        pinned_texts=pinned.told(),
    )


def submitted(cer: "Cer", party: Party, authors: tuple[str, ...]) -> events.CerSubmitted:
    """The CER is with the insertion service."""
    draft = cer.draft
    if cer.submitted_at is None or draft.priority is None or cer.accord.origin is None:
        raise ValueError("only a complete CER is submitted")
    pinned = pinned_of(cer, party)
    return events.CerSubmitted(
        **facts(cer, party),
        submission=cer.submission,
        submitted_at=cer.submitted_at,
        priority=draft.priority,
        requests=draft.requests,
        accord=cer.accord.value_shown,
        accord_origin=cer.accord.origin,
        date_debut=start_of(draft),
        date_demandee=draft.date_demandee,
        date_fin=draft.date_fin,
        dernier_contrat=draft.dernier_contrat,
        content=seal(content(draft, cer.accord, pinned)),
        priority_rank=party.reference.lists[ListName.PRIORITIES].get(draft.priority).rank,
        pinned_texts=pinned.told(),
        author_ids=authors,
    )


def decided(kind: type[events.CerDecisionEvent], cer: "Cer", party: Party, told: Decided) -> events.CerDecisionEvent:
    """The decision, with the CER's content as decided; its words are passed on sealed as they came."""
    pinned = pinned_of(cer, party)
    return kind(
        **facts(cer, party),
        submission=cer.submission,
        decided_at=told.decided_at,
        decided_by=told.decided_by,
        path=told.path,
        date_debut=start_of(cer.draft),
        date_fin=cer.draft.date_fin,
        dernier_contrat=cer.draft.dernier_contrat,
        content=seal(content(cer.draft, cer.accord, pinned)),
        decision=told.sealed_text,
        decider=told.sealed_decider,
        pinned_texts=pinned.told_with_appeal(party.reference, legal_date(told.decided_at)),
    )


def start_of(draft: Draft) -> date:
    """The start of a complete CER. Raises ValueError for another."""
    if draft.date_debut is None:
        raise ValueError("only a complete CER has a start")
    return draft.date_debut


def pinned_of(cer: "Cer", party: Party) -> Pinned:
    """What was pinned; for what was frozen before it was pinned, what holds of the date de signature."""
    if cer.pinned is None:
        return Pinned.of(cer.draft, party.reference)
    used = {code for objective in cer.draft.objectives for code in objective.diagnostics}
    if used <= cer.pinned.diagnostics.keys():
        return cer.pinned
    return cer.pinned.model_copy(update={"diagnostics": Pinned.of(cer.draft, party.reference).diagnostics})


def content(draft: Draft, accord: "Accord", pinned: Pinned) -> blocks.CerContent:
    """What an edition shows of a complete CER: never the commentaire, the priorité or the note référent."""
    if draft.date_signature is None:
        raise ValueError("only a complete CER has a content to show")
    return blocks.CerContent(
        nature=draft.nature.value,
        date_signature=draft.date_signature,
        date_debut=start_of(draft),
        date_demandee=draft.date_demandee,
        date_fin=draft.date_fin,
        duree_mois=duration_of(draft),
        weekly_hours=draft.weekly_hours.hours if draft.weekly_hours else None,
        weekly_hours_ground=draft.weekly_hours.ground if draft.weekly_hours else "",
        situation=draft.situation,
        evaluation=draft.evaluation,
        objectives=tuple(_objective(objective, pinned) for objective in draft.objectives),
        expression=draft.expression,
        accord=accord.value_shown,
        accord_origin=accord.origin,
    )


def _objective(objective: Objective, pinned: Pinned) -> blocks.Objective:
    theme = objective.theme or ""
    return blocks.Objective(
        theme=theme,
        theme_label=pinned.themes[theme],
        person_does=objective.person_does,
        referent_does=objective.referent_does,
        etapes=tuple(blocks.Etape(label=etape.label, due=etape.due, done=etape.done) for etape in objective.etapes),
        diagnostics=objective.diagnostics,
        diagnostic_labels=tuple(pinned.diagnostics[code] for code in objective.diagnostics),
    )
