"""The processes of the services under test: started, killed at random or at a seam, started again."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.embedded.ports import free_port

SEAMS: dict[str, tuple[str, ...]] = {
    "api": ("api:committed-not-answered",),
    "relay": ("relay:before-publish", "relay:published-not-marked"),
    "consumer": ("inbox:committed-not-acknowledged",),
}
# Passages before a seam fires: early and late in a process's life.
PASSAGES = (1, 2, 3, 5, 8, 13, 21, 34)


@dataclass
class Part:
    """One process of a service."""

    service: str
    role: str
    environment: dict[str, str]
    log: Path
    port: int
    pid: int = 0
    seam: str = ""
    killed: str = ""

    @property
    def alive(self) -> bool:
        try:
            return self.pid > 0 and psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


@dataclass
class Parts:
    """All parts; counts what killed them."""

    folder: Path
    dice: random.Random
    parts: list[Part] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    _turn: Counter[str] = field(default_factory=Counter)
    _zygote: "subprocess.Popen[str] | None" = None

    def add(self, service: str, role: str, environment: dict[str, str]) -> Part:
        """Adds a part, not started yet."""
        part = Part(service, role, environment, self.folder / f"{service}-{role}.log", free_port())
        self.parts.append(part)
        return part

    def start_all(self) -> None:
        """Starts the importing parent, then every part without a seam."""
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.folder / "zygote.log").open("w"),
            text=True,
        )
        self._answer()
        for part in self.parts:
            self.start(part, seam=True)

    def start(self, part: Part, *, seam: bool) -> None:
        """Starts a part; with `seam`, the seams of its role are armed in turn, and in turn, then none."""
        choices = (*SEAMS[part.role], "") if seam else ("",)
        part.seam = choices[self._turn[part.role] % len(choices)]
        self._turn[part.role] += seam
        order = {
            "environment": part.environment,
            "service": part.service,
            "role": part.role,
            "port": part.port,
            "log": str(part.log),
            "failpoint": f"{part.seam}#{self.dice.choice(PASSAGES)}" if part.seam else "",
        }
        assert self._zygote is not None
        assert self._zygote.stdin is not None
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()
        part.pid = int(self._answer())
        part.killed = ""

    def _answer(self) -> str:
        assert self._zygote is not None
        assert self._zygote.stdout is not None
        return self._zygote.stdout.readline().strip()

    def kill(self, part: Part) -> None:
        """SIGKILL, whatever it is doing."""
        if part.alive:
            part.killed = f"{part.role}:random"
            psutil.Process(part.pid).kill()

    def mend(self, *, seam: bool) -> None:
        """Counts the dead by what killed them, and starts them again."""
        for part in self.parts:
            if part.pid and not part.alive:
                self.kills[part.killed or part.seam or f"{part.role}:ended-by-itself"] += 1
                self.start(part, seam=seam)

    def disarm(self) -> None:
        """Replaces every part that has a seam, so that the end of the run is quiet."""
        for part in self.parts:
            if part.seam and part.alive:
                psutil.Process(part.pid).kill()
                while part.alive:
                    time.sleep(0.01)
                self.start(part, seam=False)
        self.mend(seam=False)

    def stop(self) -> None:
        """Ends everything."""
        for part in self.parts:
            if part.alive:
                psutil.Process(part.pid).kill()
        if self._zygote is not None:
            self._zygote.kill()
            self._zygote.wait()
