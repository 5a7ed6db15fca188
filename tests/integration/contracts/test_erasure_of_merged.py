"""A person who had two dossiers, merged since, is erased from both."""

from uuid import UUID

import pytest

from services.contracts.adapters.repository import stores_of
from shared.events.contracts import DossierErased
from shared.security.principal import Role
from tests.builders.canaries import cells_with
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

CANARY = "Zirconium"


async def test_what_was_merged_into_a_dossier_goes_with_it(contracts: Contracts) -> None:
    kept = await contracts.person("1", nom_naissance=CANARY.upper())
    absorbed = await contracts.person("2", nom_naissance=CANARY.upper())
    cer = await contracts.cer(await _accompanied(contracts, absorbed), situation=CANARY)
    version = await contracts.scalar("SELECT version FROM dossier WHERE id = :id", id=absorbed["id"])
    body = {"absorbed_id": absorbed["id"], "absorbed_version": version}
    merged = await contracts.send("POST", f"/dossiers/{kept['id']}/merge", body, Role.ADMIN, version=1)
    assert merged.status_code == 200, merged.text
    assert await cells_with(contracts.database, CANARY, CANARY.upper()) != set()

    path = f"/dossiers/{kept['id']}/erasure"
    planned = (await contracts.send("POST", path, {"ground": "demande"}, Role.ADMIN)).json()
    confirmed = {"ground": "demande", "confirm": planned["version"]}
    done = await contracts.send("POST", path, confirmed, Role.ADMIN)

    assert done.status_code == 200, done.text
    assert planned["rows"]["dossier"] == 2
    assert await cells_with(contracts.database, CANARY, CANARY.upper()) == set()
    told = await contracts.told(DossierErased)
    assert [str(one.dossier_id) for one in told] == [absorbed["id"], kept["id"]]
    assert [str(one) for one in told[1].cer_ids] == [cer["id"]]


async def test_a_hold_on_what_was_merged_holds_the_whole_person(contracts: Contracts) -> None:
    kept, absorbed = await contracts.person("1"), await contracts.person("2")
    body = {"absorbed_id": absorbed["id"], "absorbed_version": 1}
    await contracts.send("POST", f"/dossiers/{kept['id']}/merge", body, Role.ADMIN, version=1)
    async with contracts.database.begin() as uow:
        now = contracts.clock.now()
        await stores_of(uow.session).holds.put(UUID(str(absorbed["id"])), "Contentieux.", "chef-nord", now)

    refused = await contracts.send("POST", f"/dossiers/{kept['id']}/erasure", {"ground": "demande"}, Role.ADMIN)

    assert refused.json()["type"] == "urn:cer:problem:legal-hold"


async def _accompanied(contracts: Contracts, dossier: dict[str, object]) -> dict[str, object]:
    path = f"/dossiers/{dossier['id']}/referent"
    taken = await contracts.send("PUT", path, {"referent_id": "referent-nord"}, version=1)
    assert taken.status_code == 200, taken.text
    return dossier
