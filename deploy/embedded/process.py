"""Processes that we start, and how they are known again later.

A pid alone proves nothing: the number may have been given to another process since. A record holds the pid and the
start time; what a supervisor killed with SIGKILL left behind is found by a mark in the environment of its children.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

MARK = "CER_EMBEDDED"

LOG_BYTES = 5_000_000
"""A log larger than this is put aside at the next start; the one put aside before goes."""

GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)

# PR_SET_PDEATHSIG fires when the *thread* that forked ends: one thread that lives as long as we do forks for all.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


@dataclass(frozen=True)
class ProcessRecord:
    """What is kept of a started process, enough to find it again or to know that it is gone."""

    pid: int
    created: float
    stop_signal: str = "SIGTERM"

    def find(self) -> psutil.Process | None:
        """The live process, or None if it ended or if its pid was given to another one since."""
        try:
            process = psutil.Process(self.pid)
            # The boot time by which psutil dates processes moves a little with the system's clock.
            same = abs(process.create_time() - self.created) < 2
            return process if same and not _is_dead(process) else None
        except GONE:
            return None

    def stop(self, timeout: float = 25) -> None:
        """Ask the process to end, wait `timeout` seconds, then kill it. Does nothing if it is gone."""
        if (process := self.find()) is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.Signals[self.stop_signal])
        if not ended(process, timeout):
            kill(process)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if (process := self.find()) is not None:
            kill(process)


def _is_dead(process: psutil.Process) -> bool:
    """A zombie is dead (the first process of a container may never reap it) once its last thread has gone: until then
    its ports are taken.
    """
    return process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1


def ended(process: psutil.Process, timeout: float) -> bool:
    """Wait until the process has ended."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            if not process.is_running() or _is_dead(process):
                return True
        except GONE:
            return True
        time.sleep(0.02)
    return False


def kill(process: psutil.Process) -> None:
    """SIGKILL one process and wait until it is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
    ended(process, 10)


def spawn(
    command: Sequence[str | Path],
    *,
    mark: Path,
    log: Path,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    user: tuple[int, int] | None = None,
    stop_signal: str = "SIGTERM",
    die_with_us: bool = True,
) -> ProcessRecord:
    """Start a process in a session of its own, its output appended to `log`.

    `user` is (uid, gid) to run as. `die_with_us` has the kernel send `stop_signal` when this process dies, however it
    dies (Linux with util-linux; elsewhere what is left is swept at the next start).
    """
    line = [str(part) for part in command]
    if die_with_us and sys.platform == "linux" and (setpriv := shutil.which("setpriv")):
        line = [setpriv, "--pdeathsig", stop_signal.removeprefix("SIG"), *line]
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as output:
        child = _spawner.submit(
            subprocess.Popen,
            line,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**environment, MARK: str(mark)},
            cwd=cwd,
            start_new_session=True,
            user=user[0] if user else None,
            group=user[1] if user else None,
            extra_groups=[] if user else None,
        ).result()
    created = psutil.Process(child.pid).create_time()
    _children.append(child)
    return ProcessRecord(child.pid, created, stop_signal)


# Kept so that the interpreter reaps them; otherwise it would warn that they still run when they are detached.
_children: list["subprocess.Popen[bytes]"] = []


def leftovers(mark: Path) -> Iterator[psutil.Process]:
    """Live processes that carry this mark, or one below it.

    PostgreSQL writes over its environment: its processes are known by the folder that they work in.
    """
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        with contextlib.suppress(*GONE, OSError):
            if not _is_dead(process) and _carries(process, mark):
                yield process


def _carries(process: psutil.Process, mark: Path) -> bool:
    folder = process.environ().get(MARK) or (process.cwd() if process.name() == "postgres" else None)
    return folder is not None and Path(folder).is_relative_to(mark)


def sweep(mark: Path) -> int:
    """Kill what an earlier run left behind under this mark; returns how many."""
    count = 0
    while found := list(leftovers(mark)):
        for process in found:
            kill(process)
        count += len(found)
    return count
