"""The spelling table of the search holds words of names only while a dossier that a search can find bears them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.adapters.repository import stores_of
from shared.security.principal import Role
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

RARE = "ZIRCONIUM"
WORD = "SELECT count(*) FROM name_word WHERE word = :word"


async def kept(contracts: Contracts, word: str = RARE) -> bool:
    return bool(await contracts.scalar(WORD, word=word))


async def archive(contracts: Contracts, dossier: dict[str, Any]) -> None:
    async with contracts.database.begin() as uow:
        now = contracts.clock.instant
        await stores_of(uow.session).archive.put(UUID(dossier["id"]), "x", now, now + timedelta(days=900))


async def test_a_corrected_name_leaves_nothing_unless_another_bears_it(contracts: Contracts) -> None:
    dossier = await contracts.person("1", nom_naissance=RARE, prenoms=("MARIE",))
    await contracts.person("2", prenoms=("MARIE",))
    fields = ("civilite", "sexe", "nom_usage", "date_naissance", "adresse", "situation_familiale", "date_entree_rsa")
    now = (await contracts.get(f"/dossiers/{dossier['id']}", Role.SECRETARIAT)).json()
    body = {name: now[name] for name in fields} | {"nom_naissance": "Corrigé", "prenoms": ["Anne"]}
    path = f"/dossiers/{dossier['id']}/identity"

    assert (await contracts.send("PUT", path, body, Role.SECRETARIAT, version=1)).status_code == 200

    assert [await kept(contracts, word) for word in (RARE, "MARIE", "CORRIGE", "ANNE")] == [False, True, True, True]


async def test_the_words_of_who_leaves_the_active_base_come_back_with_the_dossier(contracts: Contracts) -> None:
    dossier = await contracts.person("1", nom_naissance=RARE)
    await contracts.person("2")

    await archive(contracts, dossier)
    archived = await kept(contracts), await kept(contracts, "JEANNE")
    path, body = f"/dossiers/{dossier['id']}/restoration", {"reason": "Revient."}
    done = await contracts.send("POST", path, body, Role.ADMIN)

    assert archived == (False, True)
    assert done.status_code in {200, 204}, done.text
    assert await kept(contracts)
    found = (await contracts.get("/dossiers?q=zircomium", Role.SERVICE_INSERTION)).json()["dossiers"]
    assert [one["id"] for one in found] == [dossier["id"]]


async def test_the_words_of_what_was_absorbed_go_and_so_do_those_of_who_is_erased(contracts: Contracts) -> None:
    remains = await contracts.person("1", nom_naissance="RESTE")
    absorbed = await contracts.person("2", nom_naissance=RARE)
    body = {"absorbed_id": absorbed["id"], "absorbed_version": 1}
    await contracts.send("POST", f"/dossiers/{remains['id']}/merge", body, Role.ADMIN, version=1)
    merged = await kept(contracts), await kept(contracts, "RESTE")
    await archive(contracts, await contracts.person("3", nom_naissance="RESTE"))

    path = f"/dossiers/{remains['id']}/erasure"
    version = (await contracts.send("POST", path, {"ground": "demande"}, Role.ADMIN)).json()["version"]
    done = await contracts.send("POST", path, {"ground": "demande", "confirm": version}, Role.ADMIN)

    assert (merged, done.status_code) == ((False, True), 200)
    assert not await kept(contracts, "RESTE")  # of somebody in the archive as well
