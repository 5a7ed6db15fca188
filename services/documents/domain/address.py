"""The recipient's block of a letter in a window envelope: NF Z 10-011, DL envelope.

At most 6 lines of 38 characters, from the most to the least precise, the last one postcode and town in capitals without
punctuation. A name or a street that is longer goes on in a second line rather than being cut: the window of a DL
envelope (45 mm) shows 8 lines.
"""

import re
import textwrap
from collections.abc import Sequence

from services.documents.domain.edition import RenderRefused

LINE = 38
LINES_SHOWN = 8

_TOWN = re.compile(r"^\d{5} ")
_PUNCTUATION = re.compile(r"[,;:.]+(?=\s|$)")


class AddressTooLong(RenderRefused):
    """More lines than the window of an envelope shows."""

    code = "address-too-long"
    title = "Adresse trop longue"
    status = 422


def postal(name: str, address: Sequence[str]) -> tuple[str, ...]:
    """The lines as they stand in the window; none for a person without address, whose letter is handed over.

    Raises AddressTooLong.
    """
    known = [line for line in (" ".join(line.split()) for line in address) if line]
    if not known:
        return ()
    lines = [*_wrapped(name), *(part for line in known for part in _wrapped(_line(line)))]
    if len(lines) > LINES_SHOWN:
        raise AddressTooLong(
            f"L'adresse prend {len(lines)} lignes et la fenêtre d'une enveloppe en montre {LINES_SHOWN} : "
            "raccourcissez l'adresse dans le dossier."
        )
    return tuple(lines)


def _line(line: str) -> str:
    line = _PUNCTUATION.sub("", line)
    return line.upper() if _TOWN.match(line) else line


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, LINE, break_on_hyphens=False) or [line]
