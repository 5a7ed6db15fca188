"""What an import by a mapping is made of: lines that say something of a person, refusals, differences, the report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.contracts.domain.imports.flow import Refused


class Kind(StrEnum):
    """What a file tells: persons, how to reach those that are known, or their former CERs."""

    BENEFICIARIES = "beneficiaries"
    CONTACTS = "contacts"
    CERS = "cers"


@dataclass(frozen=True)
class Line:
    """A line of the file, read. `said` holds the fields that it fills in: an empty cell says nothing."""

    number: int
    said: Mapping[str, Any]


@dataclass(frozen=True)
class RefusedLine:
    """A line that cannot be read, with every reason."""

    number: int
    problems: tuple[Refused, ...]


@dataclass(frozen=True)
class PassedOver:
    """A line without effect: `empty`, `skipped` by the mapping, or `repeated`."""

    number: int
    why: str


Part = Line | RefusedLine | PassedOver


@dataclass(frozen=True)
class Rules:
    """What the mapping and who imports decide. `file_date` is the moment the file stands for (UTC).

    `prefer`: `agent` keeps a contact that an agent entered after that moment, `file` replaces it.
    """

    origin: str
    file_date: datetime
    prefer: str = "agent"
    territory: str | None = None


@dataclass(frozen=True)
class Difference:
    """One field of one person, before and after. Personal data: shown to who imports, never logged."""

    line: int
    outcome: str
    subject: str | None
    field: str
    before: str | None
    after: str | None


@dataclass
class LineReport:
    """What an import did, or would do. `kept` is what the file says and a better datum did not yield to.

    `interrupted` says where the file could not be read further.
    """

    lines: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    empty: int = 0
    skipped: int = 0
    refused: list[Refused] = field(default_factory=list)
    kept: list[Refused] = field(default_factory=list)
    interrupted: Refused | None = None

    @property
    def refused_lines(self) -> int:
        """How many lines were refused; one may have several reasons."""
        return len({one.line for one in self.refused})

    def pass_over(self, part: RefusedLine | PassedOver) -> None:
        """Counts a line that has no effect."""
        self.lines += 1
        if isinstance(part, RefusedLine):
            self.refused.extend(part.problems)
        elif part.why == "repeated":
            self.repeated += 1
        elif part.why == "empty":
            self.empty += 1
        else:
            self.skipped += 1

    def add(self, other: "LineReport") -> None:
        """Counts what a batch did."""
        for name in ("lines", "created", "changed", "unchanged", "repeated", "empty", "skipped"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused.extend(other.refused)
        self.kept.extend(other.kept)
