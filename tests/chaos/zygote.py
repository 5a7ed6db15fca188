"""Imports the services once and forks a process for each part, so that a restart after SIGKILL takes no seconds.

Reads one JSON object a line: `{"environment": …, "service": …, "role": …, "port": …, "log": …, "failpoint": …}`;
answers with the pid. The children are real processes: what kills one leaves the others untouched.
"""

import importlib
import json
import os
import signal
import sys
from typing import Any

from shared.messaging import failpoints
from shared.runtime.server import serve

SERVICES = ("contracts", "validation", "signature")


def main() -> None:
    """Forks on demand until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    modules = {name: importlib.import_module(f"services.{name}.main") for name in SERVICES}
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(modules, order)
        print(pid, flush=True)


def _child(modules: dict[str, Any], order: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(order["environment"])
    failpoints.arm(order["failpoint"])
    try:
        serve(order["service"], modules[order["service"]], order["role"], order["port"])
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
