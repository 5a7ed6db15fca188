"""The audit over HTTP: who saw which dossier, and the head that another party holds."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from shared.audit.chain import Chain
from shared.audit.views import AuditLine, AuditPage, AuditQuery, HeadView
from shared.audit.witness import named
from shared.kernel.errors import NotFound

# The dependency that a service puts before each operation of its table of rights.
May = Callable[[str], Callable[..., Awaitable[Any]]]


def audit_router(may: May) -> APIRouter:
    """The endpoints of a service, by its rights `read-audit` and `read-audit-head`."""
    router = APIRouter(tags=["audit"])

    @router.get("/audit", dependencies=[Depends(may("read-audit"))])
    async def read_audit(request: Request, asked: Annotated[AuditQuery, Query()]) -> AuditPage:
        """Entries of a dossier, a CER or an agent, oldest first: ids only. Asking leaves its own line."""
        named(asked.dossier, asked.cer)
        async with request.app.state.database.read() as session:
            found = await Chain(session).page(asked.filter(), asked.after, asked.limit + 1)
        page = found[: asked.limit]
        more = len(found) > asked.limit
        return AuditPage(entries=[AuditLine.of(one) for one in page], next=page[-1].id if more else None)

    @router.get("/audit/head", dependencies=[Depends(may("read-audit-head"))])
    async def read_audit_head(request: Request) -> HeadView:
        """Where the chain stands."""
        async with request.app.state.database.read() as session:
            head = await Chain(session).head()
        if head is None:
            raise NotFound("Le journal des consultations est encore vide.")
        return HeadView.of(head)

    return router
