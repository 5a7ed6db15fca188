"""What a person does not want to receive, as they said it to an agent."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.notifications.application.commands.preferring import change, read
from services.notifications.domain.preference import Preference
from services.notifications.domain.rights import RIGHTS
from shared.audit.slip import enter_with
from shared.http.rights import allowed
from shared.http.versions import if_match, set_etag
from shared.security.principal import Principal

router = APIRouter(prefix="/dossiers/{dossier_id}/message-preferences", tags=["preferences"])

Agent = Annotated[Principal, Depends(allowed(RIGHTS, "change-preference"))]


class Wanted(BaseModel):
    """What the person said."""

    model_config = ConfigDict(extra="forbid")

    optional_messages: bool = Field(description="False: no reminders. What the law has sent is sent all the same.")


class PreferenceView(Wanted):
    """As it is kept; version 0 where nobody asked."""

    dossier_id: UUID
    version: int
    changed_by: str = ""
    changed_at: datetime | None = None

    @classmethod
    def of(cls, preference: Preference) -> Self:
        """As agents read it."""
        return cls(**vars(preference) | {"changed_by": preference.changed_by or ""})


@router.get("")
async def read_preferences(request: Request, response: Response, dossier_id: UUID, agent: Agent) -> PreferenceView:
    """What the person does not want."""
    async with request.app.state.database.begin() as uow:
        found = await read(request.app.state.stores_of(uow), dossier_id, agent)
    set_etag(response, found.version)
    return PreferenceView.of(found)


@router.put("")
async def change_preferences(
    *,
    request: Request,
    response: Response,
    dossier_id: UUID,
    body: Wanted,
    agent: Agent,
    seen: Annotated[int, Depends(if_match)],
) -> PreferenceView:
    """Notes what the person said."""
    state = request.app.state
    async with state.database.begin() as uow:
        enter_with(uow)
        stores = state.stores_of(uow)
        changed = await change(stores, dossier_id, agent, seen, state.clock.now(), optional=body.optional_messages)
    set_etag(response, changed.version)
    return PreferenceView.of(changed)
