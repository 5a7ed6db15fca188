"""What a text may hold before it is set: a PDF that is archived shows each character, or a mark in its place."""

import unicodedata
from typing import Any

# What hides or reorders the text around it: a contract reads the same for everybody (Unicode TR 36, §2.10).
_BIDI_CONTROLS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}
_INVISIBLE = {"\u00ad", "\u200b", "\u2060", "\ufeff", "\ufffc"}
_LINE_BREAKS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\v": "\n", "\f": "\n"}
_DROPPED_CATEGORIES = {"Cc", "Cs", "Co"}


def clean(text: str) -> str:
    """The text as it is set: NFC, `\\n` line breaks, no control, private-use or bidirectional control character.

    Nothing that a reader would see is removed; trailing blanks are.
    """
    for found, kept in _LINE_BREAKS.items():
        text = text.replace(found, kept)
    text = unicodedata.normalize("NFC", text.replace("\t", "    "))
    text = text.translate({ord(c): None for c in set(text) if c != "\n" and _dropped(c)})
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def clean_all(value: Any) -> Any:
    """The same structure, each of its texts cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: clean_all(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(clean_all(item) for item in value)
    return value


def _dropped(character: str) -> bool:
    code = ord(character)
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    tag = 0xE0000 <= code <= 0xE0FFF
    return (
        noncharacter
        or tag
        or character in _BIDI_CONTROLS
        or character in _INVISIBLE
        or unicodedata.category(character) in _DROPPED_CATEGORIES
    )
