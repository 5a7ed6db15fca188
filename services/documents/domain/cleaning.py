"""What a text may hold before it is set: a PDF that is archived shows each character, or a mark in its place."""

import unicodedata
from typing import Any

# What hides or reorders the text around it: a contract reads the same for everybody (Unicode TR 36, §2.10).
_BIDI_CONTROLS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}
_INVISIBLE = {"\u00ad", "\u200b", "\u2060", "\ufeff", "\ufffc"}
_LINE_BREAKS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\v": "\n", "\f": "\n"}
# What only changes how an emoji looks (Unicode TR 51): its variation and its colour of skin. In black, one is enough.
_EMOJI_STYLE = {*(chr(code) for code in range(0xFE00, 0xFE10)), *(chr(code) for code in range(0x1F3FB, 0x1F400))}
_JOINER = "\u200d"
_SCRIPT_CATEGORIES = {"Lo", "Mn", "Mc"}
_DROPPED_CATEGORIES = {"Cc", "Cs", "Co"}


def clean(text: str) -> str:
    """The text as it is set: NFC, `\\n` line breaks, no control, private-use or bidirectional control character.

    Emoji stand one by one, without skin colour. Nothing else that a reader would see is removed; trailing blanks are.
    """
    for found, kept in _LINE_BREAKS.items():
        text = text.replace(found, kept)
    text = text.replace("\t", "    ")
    text = text.translate({ord(c): None for c in set(text) if c != "\n" and _dropped(c)})
    text = _without_joined_emoji(text) if _JOINER in text else text
    text = unicodedata.normalize("NFC", text)
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
        or character in _EMOJI_STYLE
        or unicodedata.category(character) in _DROPPED_CATEGORIES
    )


def _without_joined_emoji(text: str) -> str:
    """Joiners stay where a script needs them (Arabic, Devanagari); between emoji they ask for what no font draws."""
    kept = [
        character
        for at, character in enumerate(text)
        if character != _JOINER or (unicodedata.category(text[at - 1 : at] or " ") in _SCRIPT_CATEGORIES)
    ]
    return "".join(kept)
