"""`make seed N=500000`: fills contracts' database with a made-up département, quickly, the same for the same seed.

python -m tools.seed N [--seed 1] [--url postgresql://…] [--today AAAA-MM-JJ]

Without `--url`, the database of the system that runs (`make up`). No event is emitted: the other services do not know
these dossiers, and Kafka stays empty.
"""

import argparse
import asyncio
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

from deploy.embedded.databases import database_secret
from deploy.embedded.state import State
from tools.seed.load import AlreadySeededError, seed
from tools.seed.people import Place

VAR = Path(__file__).resolve().parents[2] / "var"


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns its exit code: 1 when nothing runs, 2 when this seed is there already."""
    parser = argparse.ArgumentParser(prog="python -m tools.seed", description="Un département fictif, pour mesurer")
    parser.add_argument("number", type=int, help="nombre de dossiers ; il y a deux fois plus de CER")
    parser.add_argument("--seed", type=int, default=1, help="le même donne le même département")
    parser.add_argument("--url", help="base de contracts ; à défaut celle du système en marche")
    parser.add_argument("--today", type=date.fromisoformat, default=datetime.now(UTC).date(), help="jour des échéances")
    options = parser.parse_args(arguments)
    url = options.url or _running()
    if url is None:
        print("rien ne tourne : `make up` d'abord, ou donnez --url", file=sys.stderr)
        return 1
    place = Place(options.seed, datetime.combine(options.today, time(9), UTC))
    try:
        asyncio.run(seed(url, options.number, place))
    except AlreadySeededError:
        print(f"le département {options.seed} est déjà dans cette base : choisissez un autre SEED", file=sys.stderr)
        return 2
    print("aucun événement n'a été émis : les autres services ne connaissent pas ces dossiers")
    return 0


def _running() -> str | None:
    state = State.load(VAR)
    return state.secret(database_secret("contracts")) if state.alive() else None


if __name__ == "__main__":
    sys.exit(main())
