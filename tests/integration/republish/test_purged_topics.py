"""Topics purged, a database lost: a CER submitted before is decided afterwards, and an erased person stays erased."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from sqlalchemy import text

from deploy.embedded.backing import start_backing
from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.republishing import WHAT, Republisher
from shared.events.topics import TOPICS
from shared.messaging.provisioning import provision
from shared.runtime.roles import ALL
from shared.security.principal import Role
from shared.security.sealing import KeyRing
from tests.builders.canaries import cells_with
from tests.builders.keys import key_folders
from tests.builders.tokens import Issuer
from tests.fixtures.databases import fresh_database
from tests.fixtures.topics import until
from tests.integration.contracts.conftest import Contracts, contracts_at
from tests.integration.validation.conftest import Validation, validation_at

pytestmark = pytest.mark.integration


@pytest.fixture
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of this test alone: it purges every topic."""
    with start_backing(tmp_path_factory.mktemp("kafka"), kafka=True, postgres=False) as backing:
        yield backing.kafka.bootstrap


@pytest.fixture
def same_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """Both services are given the same keys, once."""
    ring = key_folders({name: tmp_path / name / "keys" for name in ("contracts", "validation")})
    for service in ("contracts", "validation"):
        monkeypatch.setattr(f"tests.integration.{service}.conftest.key_folder", lambda *_: ring)
    return ring


async def purge(kafka: str) -> None:
    """As if Kafka had been lost: the topics are there again, empty."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.delete_topics([topic.name for topic in TOPICS])

        async def gone() -> bool:
            return not {topic.name for topic in TOPICS} & set(await admin.list_topics())

        await until(gone)
    finally:
        await admin.close()
    await provision(kafka, partitions=3)


async def submitted(contracts: Contracts, matricule: str, telephone: str) -> dict[str, Any]:
    cer = await contracts.cer(await contracts.accompanied(matricule, telephone), accord="oui")
    assert (await contracts.send("POST", f"/cers/{cer['id']}/submission")).status_code == 200
    return cer


async def studies(validation: Validation) -> list[dict[str, Any]]:
    return list((await validation.get("/studies")).json()["studies"])


async def studied(validation: Validation, number: int) -> None:
    async def there() -> bool:
        return len(await studies(validation)) == number

    await until(there)


async def kept(validation: Validation) -> int:
    """The studies that the database has, those that were returned too: no list shows them."""
    async with validation.database.read() as session:
        return int(await session.scalar(text("SELECT count(*) FROM study")) or 0)


async def act(validation: Validation, what: str, body: dict[str, Any], role: Role) -> None:
    (study,) = await studies(validation)
    answer = await validation.post(f"/studies/{study['id']}/{what}", body, role, If_Match=f'"{study["version"]}"')
    assert answer.status_code == 200, answer.text


@dataclass
class Site:
    """Contracts on a database that lasts, and validation on whichever it is given."""

    kafka: str
    folder: Path
    kept: str
    issuer: Issuer

    def contracts(self) -> AbstractAsyncContextManager[Contracts]:
        return contracts_at(self.kept, self.folder / "contracts", self.kafka, ALL, self.issuer)

    def validation(self, database: str) -> AbstractAsyncContextManager[Validation]:
        return validation_at(database, self.folder / "validation", self.kafka, ALL)


@pytest.fixture
async def site(
    postgres_url: str,
    migrated_template: Callable[[str], Awaitable[str]],
    tmp_path: Path,
    own_kafka: str,
    same_keys: KeyRing,
) -> AsyncIterator[Site]:
    issuer = Issuer()
    await provision(own_kafka, partitions=3)
    async with fresh_database(postgres_url, await migrated_template("contracts")) as kept:
        yield Site(own_kafka, tmp_path, kept, issuer)
    await issuer.verifier.close()


async def until_state(contracts: Contracts, cer: dict[str, Any], state: str) -> None:
    async def reached() -> bool:
        return bool((await contracts.read(cer))["state"] == state)

    await until(reached)


async def until_answered(contracts: Contracts) -> None:
    """Validation has answered the last telling of the one erasure."""

    async def answered() -> bool:
        found = (await contracts.get("/erasures?unanswered=true", Role.ADMIN)).json()["erasures"]
        return not any("validation" in one["unanswered"] for one in found)

    await until(answered)


async def test_what_was_submitted_before_is_decided_afterwards(
    postgres_url: str, migrated_template: Callable[[str], Awaitable[str]], site: Site
) -> None:
    template = await migrated_template("validation")
    async with fresh_database(postgres_url, template) as lost, fresh_database(postgres_url, template) as empty:
        async with site.contracts() as contracts, site.validation(lost) as validation:
            cer = await submitted(contracts, "001234500000000", "06 39 98 00 01")
            await studied(validation, 1)

        await purge(site.kafka)

        async with site.contracts() as contracts, site.validation(empty) as validation:
            republisher = Republisher(contracts.database, stores_of, contracts.clock)
            for what in WHAT:
                await republisher.tell(what)
            await studied(validation, 1)
            assert await validation.told() == []

            await act(validation, "chef-de-service", {}, Role.SERVICE_INSERTION)
            await act(validation, "decision", {"outcome": "valide", "comment": "Accord."}, Role.CHEF_DE_SERVICE)
            await until_state(contracts, cer, "valide")


async def erase(contracts: Contracts, dossier_id: str) -> None:
    path = f"/dossiers/{dossier_id}/erasure"
    planned = await contracts.send("POST", path, {"ground": "demande"}, Role.ADMIN)
    confirmed = {"ground": "demande", "confirm": planned.json()["version"]}
    assert (await contracts.send("POST", path, confirmed, Role.ADMIN)).status_code == 200


async def test_who_was_erased_while_a_service_was_down_or_after_its_backup_is_gone_again(
    postgres_url: str, migrated_template: Callable[[str], Awaitable[str]], site: Site
) -> None:
    async with fresh_database(postgres_url, await migrated_template("validation")) as database:
        async with site.contracts() as contracts, site.validation(database) as validation:
            cer = await submitted(contracts, "001234500000000", "06 39 98 00 01")
            await studied(validation, 1)
            await act(validation, "return", {"reason": "À compléter.", "missing": []}, Role.SERVICE_INSERTION)
            await until_state(contracts, cer, "proposition")

        backup = database.rsplit("/", 1)[1]
        async with site.contracts() as contracts, fresh_database(postgres_url, backup) as restored:
            await erase(contracts, cer["dossier_id"])  # validation is down: the event waits on the topic
            async with site.validation(database) as validation:
                await until_answered(contracts)
                assert await kept(validation) == 0

            # The older backup, in which the person still is; the topic was read already.
            async with site.validation(restored) as validation:
                assert await kept(validation) == 1
                await Republisher(contracts.database, stores_of, contracts.clock).tell("erasures")
                await until_answered(contracts)
                assert await kept(validation) == 0
                assert "study.dossier_id" not in await cells_with(validation.database, cer["dossier_id"])
