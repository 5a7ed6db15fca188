"""How long a message that the provider put off waits before its next try, by what put it off."""

from datetime import timedelta

_USUAL = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)
# The server leaves, or is asked too fast: another one, or the same, answers soon.
_BUSY = (timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
# Greylisting wants a second try after some minutes, and none before (RFC 6647 §5).
_GREYLISTED = (timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40))
# A full mailbox empties in hours, if it does.
_FULL = (timedelta(hours=1),)
_THEN = timedelta(hours=1)
_BY_CODE = {
    "smtp-421": _BUSY,
    "sms-rate-limited": _BUSY,
    "post-rate-limited": _BUSY,
    "smtp-450": _GREYLISTED,
    "smtp-451": _GREYLISTED,
    "smtp-452": _FULL,
}
# About a day: a decision that nobody was told of by then must already be somebody's concern.
MAX_TRIES = 24


def pause_after(code: str, tries: int) -> timedelta | None:
    """The wait after this many tries, from 1, put off for this reason; none when it is time to give up and show it."""
    if tries >= MAX_TRIES:
        return None
    first = _BY_CODE.get(code, _USUAL)
    return first[tries - 1] if tries <= len(first) else _THEN
