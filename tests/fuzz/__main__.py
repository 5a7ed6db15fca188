"""`python -m tests.fuzz --duration 600 --seed 1`: fuzzes every parser in turn; a finding is written to `var/fuzz`.

Memory is bounded by the system: a parser that would take more is stopped, which is a finding too.
"""

import argparse
import random
import resource
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzz.mutations import mutate
from tests.fuzz.parsers import targets

MEMORY = 2 * 1024**3
SLOW_SECONDS = 10.0
FINDINGS = Path("var/fuzz")


def fuzz(duration: float, seed: int) -> tuple[Counter[str], list[str]]:
    """Runs for so many seconds; the executions of each parser, and the findings."""
    chance = random.Random(seed)
    executions: Counter[str] = Counter()
    found: list[str] = []
    chosen = targets()
    end = time.monotonic() + duration
    while time.monotonic() < end:
        for name, (parse, corpus) in chosen.items():
            data = mutate(chance, corpus)
            started = time.monotonic()
            try:
                parse(data)
            except Exception:  # noqa: BLE001 - whatever it is, it is a finding
                found.append(f"{name}: {traceback.format_exc(limit=-3)}")
                _keep(name, data, len(found))
            executions[name] += 1
            if (took := time.monotonic() - started) > SLOW_SECONDS:
                found.append(f"{name}: {took:.1f} s for {len(data)} bytes")
                _keep(name, data, len(found))
    return executions, found


def _keep(name: str, data: bytes, rank: int) -> None:
    FINDINGS.mkdir(parents=True, exist_ok=True)
    (FINDINGS / f"{name}-{rank}").write_bytes(data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--duration", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    executions, found = fuzz(asked.duration, asked.seed)
    for name, count in executions.items():
        print(f"{name}: {count} executions")
    for one in found[:20]:
        print(one)
    print(f"{executions.total()} executions, {len(found)} findings, seed {asked.seed}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
