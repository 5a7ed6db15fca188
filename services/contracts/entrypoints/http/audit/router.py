"""The audit over HTTP: who saw which dossier, and the head that another party holds."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.contracts.application.queries import audit as queries
from services.contracts.entrypoints.http.audit.bodies import AuditQuery
from services.contracts.entrypoints.http.audit.views import AuditLine, AuditPage, HeadView
from services.contracts.entrypoints.http.counter import Counter, counter

router = APIRouter(tags=["audit"])


@router.get("/audit")
async def read_audit(
    asked: Annotated[AuditQuery, Query()], here: Annotated[Counter, Depends(counter("read-audit"))]
) -> AuditPage:
    """Entries of a dossier, a CER or an agent, oldest first: ids only. Asking leaves its own line."""
    here.trail.names(asked.dossier, asked.cer)
    async with here.reading() as stores:
        found = await queries.entries(stores, asked.filter(), asked.after, asked.limit + 1)
    page = found[: asked.limit]
    more = len(found) > asked.limit
    return AuditPage(entries=[AuditLine.of(one) for one in page], next=page[-1].id if more else None)


@router.get("/audit/head")
async def read_audit_head(here: Annotated[Counter, Depends(counter("read-audit-head"))]) -> HeadView:
    """Where the chain stands."""
    async with here.reading() as stores:
        return HeadView.of(await queries.head(stores))
