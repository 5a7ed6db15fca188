"""Differences between two texts, line by line and, within what changed, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["equal", "insert", "delete"]

# Words of one passage that are compared one by one; a longer passage is given as replaced. Texts hold 20,000
# characters, some 4,000 words.
MAX_WORDS = 5_000


@dataclass(frozen=True)
class Segment:
    """A run of the text: kept, added, or taken away. Equal and inserted ones make the new text, in order."""

    op: Op
    text: str


def compared(before: str, after: str) -> list[Segment]:
    """How one text became the other."""
    segments: list[Segment] = []
    for op, old, new in _runs(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if op == "replace":
            segments += _by_words("".join(old), "".join(new))
        else:
            segments += _plain(op, "".join(old), "".join(new))
    return _joined(segments)


def _by_words(before: str, after: str) -> list[Segment]:
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > MAX_WORDS:
        return _plain("replace", before, after)
    return [segment for op, gone, come in _runs(old, new) for segment in _plain(op, "".join(gone), "".join(come))]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _runs(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, Sequence[str], Sequence[str]]]:
    matcher = SequenceMatcher(a=old, b=new)
    return [(op, old[i:j], new[k:m]) for op, i, j, k, m in matcher.get_opcodes()]


def _plain(op: str, before: str, after: str) -> list[Segment]:
    if op == "equal":
        return [Segment("equal", after)]
    return [*([Segment("delete", before)] if before else []), *([Segment("insert", after)] if after else [])]


def _joined(segments: list[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for segment in segments:
        if joined and joined[-1].op == segment.op:
            joined[-1] = Segment(segment.op, joined[-1].text + segment.text)
        else:
            joined.append(segment)
    return joined
