"""Which CERs an export holds: of a state, and with one of their dates in a period."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.contracts.domain.cers.states import State
from shared.kernel.clock import legal_date


class DateKind(StrEnum):
    """The date that a period is about."""

    SIGNATURE = "signature"
    DEBUT = "debut"
    FIN = "fin"
    DECISION = "decision"


@dataclass(frozen=True)
class CerDates:
    """The state and the dates of a CER."""

    state: str
    date_signature: date | None
    date_debut: date | None
    date_fin: date | None
    decided_at: datetime | None

    def of(self, kind: DateKind) -> date | None:
        """The date of this kind; that of the decision is the legal one, in Paris."""
        if kind is DateKind.DECISION:
            return legal_date(self.decided_at) if self.decided_at else None
        return {
            DateKind.SIGNATURE: self.date_signature,
            DateKind.DEBUT: self.date_debut,
            DateKind.FIN: self.date_fin,
        }[kind]


@dataclass(frozen=True)
class Selection:
    """What is exported; none of a criterion means all. Both ends of the period are part of it."""

    territories: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    kind: DateKind = DateKind.SIGNATURE
    first: date | None = None
    last: date | None = None

    @property
    def limits(self) -> bool:
        """Whether states or dates leave anything out."""
        return bool(self.states) or self.first is not None or self.last is not None

    def takes(self, cer: CerDates | None) -> bool:
        """Whether such a CER is exported, or a dossier of which it is the last one; `None`: it has none."""
        if not self.limits:
            return True
        if cer is None or (self.states and cer.state not in self.states):
            return False
        day = cer.of(self.kind)
        if self.first is None and self.last is None:
            return True
        return day is not None and (self.first or day) <= day <= (self.last or day)
