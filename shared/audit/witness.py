"""Tells the request's trail what was loaded for it and what it shows.

The trail goes where the request goes (a context variable), so that no query has to hand it on, and none can leave it
behind. Where there is no request (events, imports, workers) nobody reads, and nothing is told.
"""

from uuid import UUID

from shared.audit.slip import current
from shared.audit.trail import Guest, OfCer, Opened, Placed, Trail
from shared.security.principal import PERSON_SUBJECT


def loaded(*, dossier: Placed | None = None, cer: UUID | None = None) -> None:
    """A dossier or a CER was loaded one by one."""
    if (trail := _trail()) is None:
        return
    if dossier is not None:
        trail.saw([dossier])
    trail.names(cer_id=cer)


def shown(*things: OfCer) -> None:
    """Things of these CERs were loaded, or are in the answer."""
    for one in things:
        if one.dossier_id is not None:
            placed(one.dossier_id, one.territory, one.referent_id, one.cer_id)


def opened(thing: Opened, operation: str) -> None:
    """The person's own phone asks for this, by the link that was sent to them: a trail of theirs begins, once."""
    slip = current()
    if slip is not None and slip.trail is None:
        slip.begin(Guest(f"{PERSON_SUBJECT}:{thing.id}", "person"), operation)
        shown(thing)


def placed(dossier_id: UUID, territory: str, referent_id: str | None, cer_id: UUID | None) -> None:
    """Something of this CER was loaded, or is in the answer; its dossier stands there, with this référent."""
    if (trail := _trail()) is not None:
        trail.shows(dossier_id, territory, referent_id, cer_id)


def named(dossier_id: UUID | None = None, cer_id: UUID | None = None) -> None:
    """The request, or its answer, names these."""
    if (trail := _trail()) is not None:
        trail.names(dossier_id, cer_id)


def on_behalf_of(actor: str) -> str | None:
    """The référent whom this agent replaces in what the request does, if any."""
    trail = _trail()
    return trail.on_behalf_of if trail is not None and trail.who.subject == actor else None


def _trail() -> Trail | None:
    slip = current()
    return slip.trail if slip is not None else None
