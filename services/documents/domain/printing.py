"""A print batch: editions of several persons put into one PDF, in the order of their names, with a list before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.events.files import FileRef
from shared.kernel.errors import FieldProblem, Forbidden, Invalid, Refusal

MOST_EDITIONS = 3000
# Of a part: what is lost by a kill, and what is in hand at a time.
PART = 100


class BatchState(StrEnum):
    """Where a batch stands."""

    EN_COURS = "en_cours"
    PRET = "pret"
    ECHOUE = "echoue"


class BatchNotReady(Refusal):
    """Its PDF is not made yet, or could not be."""

    code = "print-batch-not-ready"
    title = "Impression pas encore prête"


class BatchOfAnother(Forbidden):
    """Another agent ordered it: they may read editions that this one may not."""

    code = "print-batch-of-another-agent"
    title = "Impression d'un autre agent"


@dataclass(frozen=True)
class Item:
    """An edition of a batch: where it goes, or why it is not in the PDF."""

    edition_id: UUID
    place: int | None = None
    part: int | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Batch:
    """A batch as it stands. `parts_done` of `parts` are put together; `parts` is 0 before names are sorted.

    `recto_verso`: each edition begins on a sheet of its own, a blank page after an odd number of them.
    """

    id: UUID
    agent: str
    title: str
    recto_verso: bool
    made_at: datetime
    state: BatchState
    items: tuple[Item, ...]
    parts: int = 0
    parts_done: int = 0
    document: FileRef | None = None
    pages: int | None = None

    @property
    def lost(self) -> tuple[Item, ...]:
        """What is listed instead of being printed."""
        return tuple(item for item in self.items if item.failure is not None)

    @property
    def done(self) -> int:
        """How many editions are put together, or listed as lost."""
        return done(self.state, len(self.items), self.parts_done, self.parts)

    def placed(self, pages: Mapping[UUID, int], before: int) -> tuple[dict[UUID, int], int]:
        """On which page of the PDF each edition begins, after a list of `before` pages; and the pages of all."""
        placed: dict[UUID, int] = {}
        taken = self._taken(before)
        for item in self.items:
            if item.failure is None:
                placed[item.edition_id] = taken + 1
                taken += self._taken(pages[item.edition_id])
        return placed, taken

    def _taken(self, pages: int) -> int:
        """How many pages a document of so many takes of the PDF."""
        return pages + pages % 2 if self.recto_verso else pages


def done(state: BatchState, editions: int, parts_done: int, parts: int) -> int:
    """How many of so many editions are put together, or listed as lost."""
    if state is not BatchState.EN_COURS:
        return editions
    return editions * parts_done // parts if parts else 0


def check_editions(asked: Sequence[UUID]) -> None:
    """Raises Invalid: none, too many, or one twice."""
    message = ""
    if not asked:
        message = "Choisissez au moins une édition."
    elif len(asked) > MOST_EDITIONS:
        message = f"Choisissez {MOST_EDITIONS} éditions au plus, ou faites plusieurs impressions."
    elif len(set(asked)) != len(asked):
        message = "Une édition est demandée deux fois."
    if message:
        raise Invalid(
            "Cette impression ne peut pas être préparée.", [FieldProblem("edition_ids", "bad-choice", message)]
        )
