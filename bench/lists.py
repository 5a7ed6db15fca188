"""Searches and lists of contracts over HTTP, as the département grows; the floor is one CER read by its id, likewise.

`make bench` loads 10,000 dossiers; `make bench-lists N=500000` goes on to 100,000 and 500,000.
"""

import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uvloop

from bench.rows import Row
from deploy.embedded.backing import start_backing
from shared.database.migrations import migrate
from shared.runtime.roles import ProcessRole
from shared.security.principal import Role
from tests.builders.seeded import AGENTS, PLACE, TERRITORY, samples
from tests.builders.tokens import Issuer
from tests.fixtures.databases import fresh_database
from tests.integration.contracts.conftest import Contracts, contracts_at
from tools.seed.load import seed

SIZES = (10_000, 100_000, 500_000)
OUTPUT = Path("var/bench-lists.json")
TIMES = 60
WARM_UP = 10
# Milliseconds, 95th percentile, on two cores.
BOUND = 50.0

_REFERENT, _SECRETARIAT, _SERVICE = Role.REFERENT, Role.SECRETARIAT, Role.SERVICE_INSERTION
_ME = AGENTS[_REFERENT]
_TODAY, _SOON = "2026-03-12", "2026-05-12"

ASKED: tuple[tuple[str, Role, str], ...] = (
    ("search MARTIN", _SERVICE, "/dossiers?q=martin"),
    ("search a name and a first name", _REFERENT, "/dossiers?q=martin+jeanne"),
    ("search a misspelt name", _SERVICE, "/dossiers?q=bernrad"),
    ("search a matricule", _SECRETARIAT, "/dossiers?matricule={matricule}"),
    ("dossiers of the territory", _SECRETARIAT, "/dossiers"),
    ("my drafts", _REFERENT, f"/cers?state=proposition&referent={_ME}"),
    ("returned to me", _REFERENT, f"/cers?state=proposition&returned=true&referent={_ME}"),
    ("signatures under way", _REFERENT, "/cers?signing=open"),
    ("all under study, by priority", _SERVICE, "/cers?state=soumis_a_etude&state=attente_decision"),
    ("urgent ones", _SERVICE, "/cers?priority=urgente&state=attente_decision"),
    ("ending soon", _SECRETARIAT, f"/cers?state=valide&ending_from={_TODAY}&ending_before={_SOON}&sort=date_fin"),
    ("ended", _SERVICE, f"/cers?state=valide&ending_before={_TODAY}&sort=date_fin"),
    ("without end", _SERVICE, "/cers?state=valide&without_end=true"),
    ("rare among all", _SERVICE, "/cers?state=valide&nature=modification&priority=situation_sensible"),
    ("none among all", _SERVICE, "/cers?state=valide&nature=premier&returned=true&dernier_contrat=true&signing=none"),
    ("everything a referent sees", _REFERENT, "/cers"),
    ("counts of the departement", _SERVICE, "/cers/counts"),
    ("counts of a referent", _REFERENT, f"/cers/counts?referent={_ME}"),
)  # fmt: skip


async def measure(admin_url: str, largest: int) -> list[Row]:
    """Milliseconds, 95th percentile, for each size up to the largest."""
    rows = []
    issuer = Issuer()
    for size in (one for one in SIZES if one <= max(largest, SIZES[0])):
        async with fresh_database(admin_url) as url:
            migrate_in_thread(url)
            with tempfile.TemporaryDirectory() as folder:
                api = frozenset({ProcessRole.API})
                async with contracts_at(url, Path(folder), "127.0.0.1:1", api, issuer) as service:
                    started = time.monotonic()
                    await seed(url, size, PLACE, lambda _: None)
                    print(f"{size} dossiers chargés en {time.monotonic() - started:.0f} s")
                    rows += await _measured(service, size)
    await issuer.verifier.close()
    return rows


def migrate_in_thread(url: str) -> None:
    """Alembic runs a loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(migrate, "contracts", url).result()


async def _measured(service: Contracts, size: int) -> list[Row]:
    values = {name: found[0] for name, found in (await samples(service.database)).items()}
    half, floor = await _times(service, _SERVICE, f"/cers/{values['cer_id']}")
    print(f"  {'one CER by its id':34}{half:>9.1f}{floor:>9.1f} ms (médiane, p95)")
    rows = []
    for name, role, path in ASKED:
        half, most = await _times(service, role, path.format(**values))
        mark = "" if most < BOUND else f"  ← plus de {BOUND:.0f} ms"
        print(f"  {name:34}{half:>9.1f}{most:>9.1f} ms{mark}")
        rows.append(Row(f"{name}, {size} dossiers, p95", "ms", round(most, 2), round(floor, 2), ""))
    return rows


async def _times(service: Contracts, role: Role, path: str) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds."""
    headers = service.headers(role, AGENTS[role], TERRITORY)
    took = []
    for number in range(WARM_UP + TIMES):
        started = time.perf_counter()
        answer = await service.client.get(path, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        if number >= WARM_UP:
            took.append((time.perf_counter() - started) * 1000)
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.95) - 1]


def main() -> None:
    """`python -m bench.lists N`: up to N dossiers; prints how each list grows."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    if given := os.environ.get("CER_TEST_POSTGRES"):
        rows = uvloop.run(measure(given, largest))
    else:
        with tempfile.TemporaryDirectory() as folder, start_backing(Path(folder), kafka=False) as backing:
            rows = uvloop.run(measure(backing.postgres.admin_url, largest))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n")
    for name, _, _ in ASKED:
        grown = [row.ours for row in rows if row.name.startswith(f"{name}, ")]
        print(f"{name:36}" + "".join(f"{value:>10.1f}" for value in grown) + f"   × {grown[-1] / grown[0]:.1f}")


if __name__ == "__main__":
    main()
