"""One writing of a JSON value, so that its signature can be checked from the value alone (RFC 8785)."""

import json
from typing import Any

# Beyond, another program reads another number (RFC 7493, 2.2).
_LARGEST = 2**53 - 1


def canonical(value: Any) -> bytes:
    """The value as RFC 8785 writes it. Raises ValueError for what it would not write alike everywhere.

    Numbers are whole: the evidence has no other, and how a fraction is written (RFC 8785, 3.2.2.3) need not be known.
    """
    return _text(value).encode()


def _text(value: Any) -> str:
    if isinstance(value, dict):
        # By UTF-16 code units, not by characters (RFC 8785, 3.2.3).
        names = sorted(value, key=lambda name: str(name).encode("utf-16-be"))
        return "{" + ",".join(f"{_string(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_text(one) for one in value) + "]"
    if isinstance(value, str):
        return _string(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int) and abs(value) <= _LARGEST:
        return str(int(value))
    raise ValueError(f"not written alike everywhere: {type(value).__name__}")


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a name is a string")  # noqa: TRY004 - the caller handles one error
    value.encode()  # A lone surrogate has no writing: UnicodeEncodeError is a ValueError.
    return json.dumps(str(value), ensure_ascii=False)
