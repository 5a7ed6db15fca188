"""Legal holds, and what is taken back from the archive, over HTTP. A reason is given; each act is on the record."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from services.contracts.application.commands import retention as commands
from services.contracts.domain.retention.model import Hold
from services.contracts.entrypoints.http.cers.bodies import ReasonIn
from services.contracts.entrypoints.http.counter import Counter, counter
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.versions import if_match, set_etag

router = APIRouter(tags=["retention"])
OnlyOnce = Annotated[Once, Depends(once)]
Seen = Annotated[int, Depends(if_match)]


class HoldView(BaseModel):
    """A legal hold, in force until it is lifted."""

    reason: str
    set_by: str
    set_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None


class Holds(BaseModel):
    """Every hold of a dossier, oldest first: their number is the ETag. `id` is the dossier's."""

    id: UUID
    in_force: bool
    holds: list[HoldView]

    @classmethod
    def of(cls, dossier_id: UUID, holds: list[Hold]) -> Self:
        """The record."""
        views = [
            HoldView(
                reason=one.reason,
                set_by=one.set_by,
                set_at=one.set_at,
                lifted_by=one.lifted_by,
                lifted_at=one.lifted_at,
            )
            for one in holds
        ]
        return cls(id=dossier_id, in_force=any(one.lifted_at is None for one in holds), holds=views)


class Active(BaseModel):
    """The dossier is in the active base."""

    id: UUID


@router.post("/dossiers/{dossier_id}/legal-hold", response_model=Holds, status_code=201)
async def hold_dossier(
    dossier_id: UUID, body: ReasonIn, only: OnlyOnce, here: Annotated[Counter, Depends(counter("hold-dossier"))]
) -> Response:
    """Keeps the dossier whatever its age, and refuses its erasure: a dispute, an audit."""

    async def command(uow: UnitOfWork) -> tuple[Holds, int]:
        found = await commands.hold(here.desk(uow), dossier_id, body.reason)
        return Holds.of(dossier_id, found), len(found)

    async def reread(uow: UnitOfWork, _: UUID) -> tuple[Holds, int]:
        found = await here.desk(uow).stores.holds.of_dossier(dossier_id)
        return Holds.of(dossier_id, found), len(found)

    return await only.run(command, 201, reread)


@router.get("/dossiers/{dossier_id}/legal-hold")
async def read_holds(
    dossier_id: UUID, response: Response, here: Annotated[Counter, Depends(counter("read-holds"))]
) -> Holds:
    """Every hold of the dossier."""
    async with here.reading() as stores:
        await stores.dossiers.get(dossier_id, archived=True)
        found = await stores.holds.of_dossier(dossier_id)
    set_etag(response, len(found))
    return Holds.of(dossier_id, found)


@router.delete("/dossiers/{dossier_id}/legal-hold")
async def lift_hold(
    dossier_id: UUID, response: Response, seen: Seen, here: Annotated[Counter, Depends(counter("lift-hold"))]
) -> Holds:
    """Lifts the hold; it stays on the record."""
    async with here.acting() as desk:
        found = await commands.lift(desk, dossier_id, seen)
    set_etag(response, len(found))
    return Holds.of(dossier_id, found)


@router.post("/dossiers/{dossier_id}/restoration", response_model=Active)
async def restore_dossier(
    dossier_id: UUID, body: ReasonIn, only: OnlyOnce, here: Annotated[Counter, Depends(counter("restore-dossier"))]
) -> Response:
    """Takes the dossier back from the archive, with the reason: only then can it be read."""

    async def command(uow: UnitOfWork) -> tuple[Active, int]:
        await commands.restore(here.desk(uow), dossier_id, body.reason)
        return Active(id=dossier_id), 1

    return await only.run(command)
