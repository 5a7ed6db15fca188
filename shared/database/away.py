"""Tells an error of the weather from one of ours: the database cannot be reached, or asks for another try."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import (
    TimeoutError as PoolTimeoutError,
)  # a pool without a free connection: not the TimeoutError of Python

AWAY = (InterfaceError, OperationalError, PoolTimeoutError, OSError, TimeoutError)

# Classes of SQLSTATE: 08 connection, 40 deadlock or serialization failure, 53 no room, 57 shutdown.
_CONFLICT = "40"
_WEATHER = ("08", _CONFLICT, "53", "57")


def is_away(error: Exception) -> bool:
    """Whether the same statement may succeed a moment later."""
    if isinstance(error, AWAY):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or sqlstate(error).startswith(_WEATHER)


def is_conflict(error: Exception) -> bool:
    """Whether two transactions were in each other's way, and this one had to give in."""
    return sqlstate(error).startswith(_CONFLICT)


def sqlstate(error: Exception) -> str:
    """The code that the database gave its refusal; empty where it gave none."""
    if not isinstance(error, DBAPIError):
        return ""
    return getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", "") or ""
