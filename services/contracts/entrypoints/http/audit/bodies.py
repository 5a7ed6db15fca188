"""What the admin asks of the audit."""

from uuid import UUID

from pydantic import Field

from services.contracts.application.ports.audit import AuditFilter
from services.contracts.entrypoints.http.bodies import Body, Line


class AuditQuery(Body):
    """Which entries are asked for; oldest first."""

    dossier: UUID | None = Field(default=None, description="Entries that concern this dossier")
    cer: UUID | None = Field(default=None, description="Entries that concern this CER")
    actor: Line | None = Field(default=None, description="Entries of this agent")
    after: int = Field(default=0, ge=0, le=2**63 - 1, description="The last entry of the page before (`next`)")
    limit: int = Field(default=100, ge=1, le=500)

    def filter(self) -> AuditFilter:
        """As the queries take it."""
        return AuditFilter(self.dossier, self.cer, self.actor)
