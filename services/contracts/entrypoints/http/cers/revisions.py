"""The revisions of a CER over HTTP: listed, read, compared."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.contracts.application.queries import revisions as queries
from services.contracts.entrypoints.http.cers.revision_views import (
    ContentView,
    Differences,
    DifferenceView,
    RevisionLine,
    Revisions,
)
from services.contracts.entrypoints.http.counter import Counter, counter

router = APIRouter(tags=["cers"])

Reader = Annotated[Counter, Depends(counter("read-revisions"))]
Version = Annotated[int, Query(ge=1, le=2_147_483_647)]


@router.get("/cers/{cer_id}/revisions")
async def list_revisions(cer_id: UUID, here: Reader) -> Revisions:
    """Who changed what of the CER, and when."""
    async with here.reading() as stores:
        found = await queries.revisions(stores, here.agent, cer_id)
    return Revisions(revisions=[RevisionLine.of(revision) for revision in found])


@router.get("/cers/{cer_id}/differences")
async def compare_revisions(cer_id: UUID, before: Version, after: Version, here: Reader) -> Differences:
    """What differs between two versions of the CER, field by field, texts word by word."""
    async with here.reading() as stores:
        found = await queries.difference(stores, here.agent, cer_id, before, after)
    return Differences(before=before, after=after, differences=[DifferenceView.of(one) for one in found])


@router.get("/cers/{cer_id}/revisions/{version}")
async def read_revision(cer_id: UUID, version: int, here: Reader) -> ContentView:
    """What the CER held at this version."""
    async with here.reading() as stores:
        held = await queries.content(stores, here.agent, cer_id, version)
    return ContentView(version=version, content=held)
