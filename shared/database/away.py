"""Tells an error of the weather from one of ours: the database cannot be reached, or asks for another try."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import (
    TimeoutError as PoolTimeoutError,
)  # a pool without a free connection: not the TimeoutError of Python

AWAY = (InterfaceError, OperationalError, PoolTimeoutError, OSError, TimeoutError)

# Classes of SQLSTATE: 08 connection, 40 deadlock or serialization failure, 53 no room, 57 shutdown.
_WEATHER = ("08", "40", "53", "57")


def is_away(error: Exception) -> bool:
    """Whether the same statement may succeed a moment later."""
    if isinstance(error, AWAY):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", "") or ""
    return error.connection_invalidated or state.startswith(_WEATHER)
