"""`make chaos`: the crash test in its long form; counts in `var/chaos.json`."""

import argparse
import json
import sys
from pathlib import Path

from tests.chaos.scenario import run

OUTPUT = Path("var/chaos.json")


def main() -> int:
    """0 when nothing was lost, doubled, out of order or wrongly parked."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--duration", type=float, default=600.0, help="seconds of load")
    parser.add_argument("--outage", type=float, default=60.0, help="seconds of it without Kafka")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None, help="keep logs and data here")
    arguments = parser.parse_args()
    counts = run(arguments.duration, arguments.seed, min(arguments.outage, arguments.duration / 3), arguments.folder)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(counts.as_json(), indent=2) + "\n")
    print(json.dumps(counts.as_json(), indent=2))
    return 0 if counts.passed else 1


if __name__ == "__main__":
    sys.exit(main())
