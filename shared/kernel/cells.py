"""What may stand in a cell that a spreadsheet opens: a text is never taken for a formula.

Source: OWASP, "CSV Injection": a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return runs in the
spreadsheet of whoever opens it. Their fullwidth forms count, since some spreadsheets fold them, and so do those that
stand behind blanks or invisible characters, which some spreadsheets cut off.
"""

import unicodedata

_STARTS = frozenset("=+-@")
_BLANK = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def plain_cell(text: str) -> str:
    """The text on one line, without control characters: neither a spreadsheet nor XML takes them."""
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    return kept.encode("utf-8", "ignore").decode()


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    if text[:1] in {"\t", "\r", "\n"}:
        return True
    for char in text:
        if unicodedata.category(char) not in _BLANK:
            return unicodedata.normalize("NFKC", char)[:1] in _STARTS
    return False


def guarded(text: str) -> str:
    """The text as a cell of a CSV file: a quote before what could be a formula, shown by no spreadsheet but text."""
    plain = plain_cell(text)
    return f"'{plain}" if is_formula(text) else plain
