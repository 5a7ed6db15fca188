"""What one request saw and did, gathered while it runs: it becomes an entry of the audit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self
from uuid import UUID

from shared.audit.entry import Record
from shared.security.principal import Principal
from shared.security.reach import Relation, relation


@dataclass(frozen=True)
class Guest:
    """Who asks and is no agent: the person themselves, named by an id of what was opened to them."""

    subject: str
    role: str


class Placed(Protocol):
    """A dossier: where it is, and who accompanies the person."""

    @property
    def id(self) -> UUID:
        """Of the dossier."""
        ...

    @property
    def territory(self) -> str:
        """Where it is."""
        ...

    @property
    def referent_id(self) -> str | None:
        """Who accompanies the person, if anybody does."""
        ...


class OfCer(Protocol):
    """What was made for a CER, and bears the place of its dossier; what is of nobody's dossier has neither."""

    @property
    def dossier_id(self) -> UUID | None:
        """Its dossier."""
        ...

    @property
    def cer_id(self) -> UUID | None:
        """Its CER."""
        ...

    @property
    def territory(self) -> str:
        """Where the dossier is."""
        ...

    @property
    def referent_id(self) -> str | None:
        """Who accompanies the person, if anybody does."""
        ...


class Opened(OfCer, Protocol):
    """What a link of ours opens to the person, and is theirs alone."""

    @property
    def id(self) -> UUID:
        """Stands for the person: an entry holds no name."""
        ...


@dataclass
class Trail:
    """Begins with the ids that the request names, whether they exist or not; grows with what is loaded and shown.

    Ids stand in the order in which they came, each once. `audited`: whether the operation leaves entries at all.
    """

    who: Principal | Guest
    operation: str
    audited: bool = True
    dossiers: dict[UUID, None] = field(default_factory=dict)
    cers: dict[UUID, None] = field(default_factory=dict)
    relation: Relation | None = None
    on_behalf_of: str | None = None
    told: int = -1
    entered: bool = False

    @property
    def owed(self) -> bool:
        """Whether an entry is still to be written for what was seen so far."""
        return self.audited and self.told < len(self.dossiers) + len(self.cers)

    def part(self) -> Self:
        """A trail of the next part of an answer: one for all would hold the ids of the whole département."""
        return type(self)(self.who, self.operation, self.audited)

    def names(self, dossier_id: UUID | None = None, cer_id: UUID | None = None) -> None:
        """The request names these, whether they exist or not."""
        if dossier_id is not None:
            self.dossiers[dossier_id] = None
        if cer_id is not None:
            self.cers[cer_id] = None

    def shows(self, dossier_id: UUID, territory: str, referent_id: str | None, cer_id: UUID | None = None) -> None:
        """Something of this dossier, or of this CER of it, is in the answer; it stands there, with this référent."""
        if isinstance(self.who, Principal):
            near = relation(self.who, territory, referent_id)
            if referent_id in self.who.stands_in_for:
                self.on_behalf_of = referent_id
            self.relation = near if self.relation is None else max(self.relation, near)
        self.names(dossier_id, cer_id)

    def saw(self, dossiers: Iterable[Placed]) -> None:
        """Dossiers are in the answer, or were loaded to judge whether they may be."""
        for one in dossiers:
            self.shows(one.id, one.territory, one.referent_id)

    def record(self, at: datetime, outcome: str = "ok") -> Record:
        """The entry of what was seen so far; after it, only more would be owed another one."""
        self.told = len(self.dossiers) + len(self.cers)
        return Record(
            at=at,
            actor=self.who.subject,
            role=str(self.who.role),
            operation=self.operation,
            outcome=outcome,
            dossiers=tuple(self.dossiers),
            cers=tuple(self.cers),
            relation=self.relation.label if self.relation else None,
            on_behalf_of=self.on_behalf_of,
        )
