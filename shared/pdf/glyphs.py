"""Which characters can be drawn.

A character that no font draws becomes « □ »: an archived PDF may not refer to a missing glyph (ISO 19005-2 §6.2.11.8).
"""

from collections.abc import Sequence
from pathlib import Path

from fontTools.ttLib import TTFont

MISSING_MARK = "□"


def coverage(files: Sequence[Path]) -> frozenset[int]:
    """The code points that some of these fonts draw."""
    covered: set[int] = set()
    for path in files:
        with TTFont(path, lazy=True) as font:
            covered.update(font.getBestCmap() or {})
    return frozenset(covered)


def mark_missing(text: str, covered: frozenset[int]) -> str:
    """The text, with « □ » for each character that no font draws; line breaks stay."""
    missing = {ord(c) for c in set(text)} - covered - {0x0A}
    return text.translate(dict.fromkeys(missing, MISSING_MARK)) if missing else text
