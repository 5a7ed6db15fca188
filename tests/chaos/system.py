"""The system under test: three services in nine processes, on a broker and a database that will be killed too."""

import asyncio
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from deploy.embedded.backing import Backing, start_backing
from shared.database.migrations import migrate
from shared.messaging.provisioning import provision
from tests.builders.keys import key_folders
from tests.chaos.issuer import IssuerServer
from tests.chaos.oracle import Databases
from tests.chaos.parts import SEAMS, Part, Parts

SERVICES = ("contracts", "validation", "signature")
# The API of signature is not part of this load; its consumer and relay are.
WITHOUT_API = ("signature",)


class System:
    """Backing servers, databases, keys, identity provider and processes."""

    def __init__(self, folder: Path, backing: Backing, dice: random.Random) -> None:
        self.folder = folder
        self.backing = backing
        self.kafka = backing.kafka.bootstrap
        self.issuer = IssuerServer()
        self.keys = key_folders({name: folder / "keys" / name for name in SERVICES})
        (folder / "keys" / "signature" / "otp.pepper").write_bytes(os.urandom(32))
        self.urls = {name: backing.postgres.create_database(name) for name in SERVICES}
        self.parts = Parts(folder, dice)
        for name in SERVICES:
            for role in SEAMS:
                if role != "api" or name not in WITHOUT_API:
                    self.parts.add(name, role, self._environment(name))

    def prepare(self) -> None:
        """Migrations and topics."""
        for name, url in self.urls.items():
            migrate(name, url)
        asyncio.run(provision(self.kafka, partitions=6))

    def address(self, service: str) -> str:
        """Where a service's API listens."""
        return f"http://127.0.0.1:{self.part(service, 'api').port}"

    def part(self, service: str, role: str) -> Part:
        """One process."""
        return next(part for part in self.parts.parts if (part.service, part.role) == (service, role))

    async def connect(self) -> Databases:
        """One connection to each database, for the oracle."""
        return Databases(
            **{name: await asyncpg.connect(url.replace("+asyncpg", "")) for name, url in self.urls.items()}
        )

    def environment(self, service: str) -> dict[str, str]:
        """For commands of the service, beside this process's own."""
        return {**os.environ, **self._environment(service)}

    def _environment(self, service: str) -> dict[str, str]:
        return {
            "CER_DATABASE_URL": self.urls[service],
            "CER_KAFKA": self.kafka,
            "CER_OIDC_ISSUER": self.issuer.url,
            "CER_OIDC_AUDIENCE": "cer",
            "CER_KEYS_DIR": str(self.folder / "keys" / service),
            "CER_OBJECTS": str(self.folder / "objects"),
            "CER_INSTANCE": "one",
            "CER_LOG_LEVEL": "WARNING",
        }

    def stop(self) -> None:
        """Ends the processes; the backing servers end with their context."""
        self.parts.stop()
        self.issuer.stop()


@contextmanager
def running_system(folder: Path, dice: random.Random) -> Iterator[System]:
    """A system that is up; everything is ended on leaving."""
    folder.mkdir(parents=True, exist_ok=True)
    with start_backing(folder / "backing") as backing:
        system = System(folder, backing, dice)
        try:
            system.prepare()
            system.parts.start_all()
            yield system
        finally:
            system.stop()
