"""The list before a print batch: whose documents stand where, and which are missing; in pieces that are soon set."""

from collections.abc import Sequence
from datetime import date

from services.documents.domain import labels
from services.documents.domain.edition import EditionKind
from services.documents.domain.sheet import Letterhead, Part, Sheet, cleaned

# Of a piece: some five pages. One table of thousands of rows would hold a render process for half a minute.
LINES = 200


class Line(Part):
    """A line of the list: on which page of the PDF the document begins, or why it is not there (`failure`)."""

    name: str
    what: str
    page: int = 0
    failure: str = ""


class PrintList(Sheet):
    """A piece of the list: `number` of `pieces`."""

    prepared_on: str
    count: int
    number: int
    pieces: int
    lost: tuple[Line, ...]
    printed: tuple[Line, ...]


def print_lists(
    title: str, day: date, letterhead: Letterhead, lines: Sequence[Line], size: int = LINES
) -> list[PrintList]:
    """The list of these documents, given in order, in pieces of `size` lines: what is missing comes first."""
    lost = [line for line in lines if line.failure]
    ordered = [*lost, *(line for line in lines if not line.failure)]
    parts = [ordered[at : at + size] for at in range(0, len(ordered), size)]
    name, on = labels.KINDS[EditionKind.LISTE_IMPRESSION], labels.long_date(day)
    return [
        cleaned(
            PrintList(
                kind=EditionKind.LISTE_IMPRESSION,
                title=title,
                subject=f"{title} – {name} du {on}",
                about=f"{name} du {on}",
                foot=f"{title} · liste {number} sur {len(parts)}" if len(parts) > 1 else f"{title} · liste",
                day=day,
                letterhead=letterhead,
                prepared_on=on,
                count=len(lines) - len(lost),
                number=number,
                pieces=len(parts),
                lost=tuple(line for line in part if line.failure),
                printed=tuple(line for line in part if not line.failure),
            )
        )
        for number, part in enumerate(parts, start=1)
    ]
