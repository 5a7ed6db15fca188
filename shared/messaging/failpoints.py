"""Named seams at which a crash test stops the process, as SIGKILL does: without any clean-up.

`CER_FAILPOINT=name` or `name:n` (the n-th passage). Unset, as in every real run, a seam costs one comparison.
"""

import os
import signal

_NAME, _, _COUNT = os.environ.get("CER_FAILPOINT", "").partition(":")
_left = int(_COUNT or 1)


def failpoint(name: str) -> None:
    """Kills the process here if this seam was chosen."""
    global _left  # noqa: PLW0603 - one process, one chosen seam
    if name != _NAME:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
