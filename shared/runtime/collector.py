"""The garbage collector, for a process that serves for weeks."""

import gc

# Objects made since the last look, beyond those that went: a request or a mail makes hundreds that go by themselves.
YOUNG = 20_000
# Looks at the young before one at the older; and of these before one at the oldest, as Python has it by itself: with
# what is there now left out, that look is short, and what it finds may hold connections.
MIDDLE, OLD = 50, 10


def spare() -> None:
    """Looks for cycles less often, and never again among what is there now: modules, tables, templates, the app.

    To be called once the process is put together. Nearly all that a service makes goes when its last user does; what
    is left for the collector is little, and each look costs the time of whatever waits.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
