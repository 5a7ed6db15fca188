"""Named seams at which a crash test stops the process, as SIGKILL does: without any clean-up.

Only the crash test arms one; in every real run a seam costs one comparison.
"""

import os
import signal

_armed = ""
_left = 0


def arm(spec: str) -> None:
    """Chooses the seam, from `name` or `name#n`; an empty text chooses none."""
    global _armed, _left
    name, _, count = spec.rpartition("#") if "#" in spec else (spec, "", "1")
    _armed, _left = name, int(count)


def failpoint(name: str) -> None:
    """Kills the process here if this seam was chosen."""
    global _left  # noqa: PLW0603 - one process, one chosen seam
    if name != _armed:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
