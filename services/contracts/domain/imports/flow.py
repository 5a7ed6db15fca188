"""What an import of persons is made of, whatever the file: foyers read, foyers refused, and the report."""

from collections import Counter
from dataclasses import dataclass, field

from services.contracts.domain.dossiers.household import Household, Person
from services.contracts.domain.dossiers.nir import NirHash


@dataclass(frozen=True)
class ReadPerson:
    """A person with RSA rights and obligations, and the line of the file where they stand."""

    line: int
    person: Person
    nir: NirHash | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ReadFoyer:
    """A household of the file. `others` counts its members who have no CER: children, other dependants."""

    line: int
    household: Household
    persons: tuple[ReadPerson, ...]
    others: int


@dataclass(frozen=True)
class Refused:
    """Something of the file that was not taken in: where, a stable code, and why in French. No personal data.

    `field` is the field of the dossier or of the CER that is concerned, where one is.
    """

    line: int
    code: str
    reason: str
    field: str = ""


class BrokenFlow(Exception):  # noqa: N818 - it says what the file is
    """The file cannot be read further; what was read before stays."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


@dataclass
class FlowFacts:
    """What a flow says of itself, and what of it nobody knows here: tags of a later version, counted by name.

    `unusable_nirs` counts, by reason, the NIRs that identify nobody; those persons are told by names.

    `type_flux`: `M` monthly, another letter for a daily or partial flow. Only the foyers that are present are touched.
    """

    type_flux: str = ""
    unknown_tags: Counter[str] = field(default_factory=Counter)
    unusable_nirs: Counter[str] = field(default_factory=Counter)


@dataclass
class Report:
    """What an import did. `interrupted` says where the file could not be read further.

    `kept` is what an agent corrected and the file says otherwise: it stays, each time that the file says so. So is whom
    the file names under a household whose dossier was absorbed.
    """

    foyers: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    others: int = 0
    refused: list[Refused] = field(default_factory=list)
    kept: list[Refused] = field(default_factory=list)
    interrupted: Refused | None = None
    facts: FlowFacts = field(default_factory=FlowFacts)

    @property
    def persons(self) -> int:
        """Persons with a dossier after this import."""
        return self.created + self.changed + self.unchanged
