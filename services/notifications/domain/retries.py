"""How long a message that the provider put off waits before its next try."""

from datetime import timedelta

_FIRST = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)
_THEN = timedelta(hours=1)
# About twenty hours: a decision that nobody was told of after a day must already be somebody's concern.
MAX_TRIES = 24


def pause_after(tries: int) -> timedelta | None:
    """The wait after this many tries, from 1; none when it is time to give up and show it."""
    if tries >= MAX_TRIES:
        return None
    return _FIRST[tries - 1] if tries <= len(_FIRST) else _THEN
