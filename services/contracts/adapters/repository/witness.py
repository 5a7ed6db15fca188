"""Tells the request's trail which dossiers and CERs were loaded for it.

The trail travels with the session, so that no query has to hand it on, and none can leave it behind.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.domain.audit.trail import Trail
from services.contracts.domain.dossiers.model import Dossier

_KEY = "trail"


def follow(session: AsyncSession, trail: Trail) -> bool:
    """From now on what this session loads goes to this trail; false when it already did."""
    known = session.info.get(_KEY) is trail
    session.info[_KEY] = trail
    return not known


def loaded(session: AsyncSession, *, dossier: Dossier | None = None, cer: UUID | None = None) -> None:
    """A dossier or a CER was loaded one by one; without a trail (events, imports) nobody reads it."""
    trail: Trail | None = session.info.get(_KEY)
    if trail is None:
        return
    if dossier is not None:
        trail.saw([dossier])
    trail.names(cer_id=cer)


def on_behalf_of(session: AsyncSession, actor: str) -> str | None:
    """The référent whom this agent replaces in what the session does, if any."""
    trail: Trail | None = session.info.get(_KEY)
    return trail.on_behalf_of if trail is not None and trail.agent.subject == actor else None
