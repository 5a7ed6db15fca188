"""A made-up département in contracts' database: values that exist in it, whatever the seed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import text

from shared.database.engine import Database
from shared.security.principal import Role
from tools.seed.people import Place

PLACE = Place(1, datetime(2026, 3, 12, 9, tzinfo=UTC))
TERRITORY = "nord"

# One agent of each role; the référent accompanies seeded dossiers.
AGENTS: Mapping[Role, str] = {
    Role.REFERENT: "referent-fictif-0000",
    Role.SECRETARIAT: "secretariat-nord",
    Role.SERVICE_INSERTION: "service",
    Role.CHEF_DE_SERVICE: "chef",
    Role.COMMISSION: "membre",
    Role.ADMIN: "admin",
    Role.PARTNER: "partenaire",
}

_SAMPLES = {
    "dossier_id": "SELECT id FROM dossier WHERE referent_id = 'referent-fictif-0000' ORDER BY id LIMIT 1",
    "cer_id": "SELECT id FROM cer WHERE referent_id = 'referent-fictif-0000' ORDER BY id LIMIT 1",
    "matricule": "SELECT matricule FROM household ORDER BY id LIMIT 1",
    "referent": "SELECT referent_id FROM dossier WHERE referent_id IS NOT NULL ORDER BY id LIMIT 1",
    "date_naissance": "SELECT date_naissance FROM dossier ORDER BY id LIMIT 1",
}


async def samples(database: Database) -> dict[str, Sequence[str]]:
    """Values for the parameters of the API, by name."""
    async with database.read() as session:
        found = {name: [str(await session.scalar(text(query)))] for name, query in _SAMPLES.items()}
    return {**found, "territory": [TERRITORY, "sud"], "name": ["MARTIN", "Bel", "zz"], "priority": ["urgente"]}
