"""What one request saw and did, gathered while it runs: it becomes an entry of the audit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.contracts.domain.audit.entry import Record
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.rights import IMPERSONAL
from shared.security.principal import Principal
from shared.security.reach import Relation, relation


@dataclass
class Trail:
    """Begins with the ids that the request names, whether they exist or not; grows with what is loaded and shown.

    Ids stand in the order in which they came, each once.
    """

    agent: Principal
    operation: str
    dossiers: dict[UUID, None] = field(default_factory=dict)
    cers: dict[UUID, None] = field(default_factory=dict)
    relation: Relation | None = None
    on_behalf_of: str | None = None
    told: int = -1
    entered: bool = False

    @property
    def audited(self) -> bool:
        """Whether the operation leaves entries at all."""
        return self.operation not in IMPERSONAL

    @property
    def owed(self) -> bool:
        """Whether an entry is still to be written for what was seen so far."""
        return self.audited and self.told < len(self.dossiers) + len(self.cers)

    def names(self, dossier_id: UUID | None = None, cer_id: UUID | None = None) -> None:
        """The request names these, whether they exist or not."""
        if dossier_id is not None:
            self.dossiers[dossier_id] = None
        if cer_id is not None:
            self.cers[cer_id] = None

    def shows(self, dossier_id: UUID, territory: str, referent_id: str | None, cer_id: UUID | None = None) -> None:
        """Something of this dossier, or of this CER of it, is in the answer; it stands there, with this référent."""
        near = relation(self.agent, territory, referent_id)
        if referent_id in self.agent.stands_in_for:
            self.on_behalf_of = referent_id
        self.relation = near if self.relation is None else max(self.relation, near)
        self.names(dossier_id, cer_id)

    def saw(self, dossiers: Iterable[Dossier]) -> None:
        """Dossiers are in the answer, or were loaded to judge whether they may be."""
        for one in dossiers:
            self.shows(one.id, one.territory, one.referent_id)

    def record(self, at: datetime, outcome: str = "ok") -> Record:
        """The entry of what was seen so far; after it, only more would be owed another one."""
        self.told = len(self.dossiers) + len(self.cers)
        return Record(
            at=at,
            actor=self.agent.subject,
            role=self.agent.role.value,
            operation=self.operation,
            outcome=outcome,
            dossiers=tuple(self.dossiers),
            cers=tuple(self.cers),
            relation=self.relation.label if self.relation else None,
            on_behalf_of=self.on_behalf_of,
        )
