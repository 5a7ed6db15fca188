"""What an import by a mapping is made of: lines that say something of a person, refusals, differences, the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.contracts.domain.imports.flow import Refused


class Kind(StrEnum):
    """What a file tells: persons, how to reach those that are known, or their former CERs."""

    BENEFICIARIES = "beneficiaries"
    CONTACTS = "contacts"
    CERS = "cers"


@dataclass(frozen=True)
class Line:
    """A line of the file, read. `said` holds the fields that it fills in: an empty cell says nothing.

    `notes` are what could not be used, without refusing the line.
    """

    number: int
    said: Mapping[str, Any]
    notes: tuple[Refused, ...] = ()


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

    `source`: whose external ids those of the CERs are. `prefer`: `agent` keeps a contact that an agent entered after
    `file_date`, `file` replaces it.
    """

    origin: str
    file_date: datetime
    prefer: str = "agent"
    source: str = ""
    territory: str | None = None


@dataclass(frozen=True)
class Difference:
    """One field of one person, before and after. Personal data: shown to who imports, never logged."""

    line: int
    outcome: str
    subject: UUID | None
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class LineNames:
    """Whom a line names: a dossier, or somebody who has none yet. Personal data, for an erasure to find the file."""

    line: int
    dossier_id: UUID | None = None
    matricule: str | None = None
    nom_naissance: str | None = None
    prenom: str | None = None
    date_naissance: str | None = None


@dataclass
class LineReport:
    """What an import did, or would do.

    `kept` is what the file says and a better datum did not yield to, and which lines were for the dossier that absorbed
    another. `interrupted` says where the file could not be read further.
    """

    lines: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    empty: int = 0
    skipped: int = 0
    refused_lines: int = 0
    kept_data: int = 0
    refused: list[Refused] = field(default_factory=list)
    kept: list[Refused] = field(default_factory=list)
    interrupted: Refused | None = None

    def refuse(self, *problems: Refused) -> None:
        """Counts a line that is refused, for one or several reasons."""
        self.refused_lines += 1
        self.refused.extend(problems)

    def keep(self, kept: Sequence[Refused]) -> None:
        """Counts data that stay."""
        self.kept_data += len(kept)
        self.kept.extend(kept)

    def pass_over(self, part: RefusedLine | PassedOver) -> None:
        """Counts a line that has no effect."""
        self.lines += 1
        if isinstance(part, RefusedLine):
            self.refuse(*part.problems)
        else:
            name = part.why if part.why in {"repeated", "empty"} else "skipped"
            setattr(self, name, getattr(self, name) + 1)

    def add(self, other: "LineReport") -> None:
        """Counts what a batch did, and lists its refusals."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused.extend(other.refused)
        self.kept.extend(other.kept)

    def bare(self) -> "LineReport":
        """The counts alone."""
        return replace(self, refused=[], kept=[])

    def plus(self, other: "LineReport") -> "LineReport":
        """The counts of both, with the lists of the other: those of a run stand in their own table."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return LineReport(**counts, refused=other.refused, kept=other.kept, interrupted=self.interrupted)


COUNTS = (
    "lines", "created", "changed", "unchanged", "repeated", "empty", "skipped", "refused_lines", "kept_data",
)  # fmt: skip
