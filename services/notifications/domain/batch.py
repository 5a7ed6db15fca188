"""A print batch: letters printed together, put into envelopes in the order of names, and posted by hand."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from shared.kernel.errors import ImpossibleMove

# More are for the next batch: each goes to one table of the office, and documents merges as many at once.
MOST_LETTERS = 2000


class NothingToPrint(ImpossibleMove):
    """No letter waits."""

    code = "nothing-to-print"
    title = "Aucun courrier à imprimer"


class BatchStatus(StrEnum):
    """Where a batch stands."""

    MADE = "made"
    PRINTED = "printed"
    POSTED = "posted"

    @property
    def label(self) -> str:
        """How agents read it."""
        return {"made": "à imprimer", "printed": "imprimé", "posted": "posté"}[self]


_NEXT = {BatchStatus.PRINTED: BatchStatus.MADE, BatchStatus.POSTED: BatchStatus.PRINTED}


@dataclass
class Batch:
    """Who made, printed and posted it, and when. No `territory`: letters of the whole département."""

    id: UUID
    territory: str | None
    made_by: str
    made_at: datetime
    status: BatchStatus = BatchStatus.MADE
    version: int = 1
    printed_by: str | None = None
    printed_at: datetime | None = None
    posted_by: str | None = None
    posted_at: datetime | None = None

    @classmethod
    def of(cls, batch_id: UUID, territory: str | None, letters: int, by: str, at: datetime) -> Self:
        """A batch of these letters. Raises NothingToPrint."""
        if letters == 0:
            raise NothingToPrint(
                "Aucun courrier n'attend d'être imprimé pour ce territoire : ceux d'un lot déjà fait s'y trouvent."
            )
        return cls(batch_id, territory, by, at)

    def printed(self, by: str, at: datetime) -> None:
        """The paper is there. Raises ImpossibleMove."""
        self._move(BatchStatus.PRINTED)
        self.printed_by, self.printed_at = by, at

    def posted(self, by: str, at: datetime) -> None:
        """The envelopes are at the post office: its letters are sent. Raises ImpossibleMove."""
        self._move(BatchStatus.POSTED)
        self.posted_by, self.posted_at = by, at

    def _move(self, to: BatchStatus) -> None:
        if self.status is not _NEXT[to]:
            raise ImpossibleMove(
                f"Ce lot est {self.status.label} : un lot s'imprime, puis se poste, une fois chacun. Un courrier à "
                "refaire se renvoie depuis la liste des messages."
            )
        self.status = to
        self.version += 1
