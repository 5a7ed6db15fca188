"""The services themselves: their environment, their databases and topics, one process each."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from deploy.embedded.component import Component, Say, StartFailedError
from deploy.embedded.databases import database_secret
from deploy.embedded.keys import files_key
from deploy.embedded.personas import AUDIENCE, DEPARTEMENT
from deploy.embedded.ports import HOST
from deploy.embedded.process import ProcessRecord, spawn
from deploy.embedded.state import State

ROOT = Path(__file__).resolve().parents[2]

SERVICES = ("contracts", "signature", "documents", "validation", "notifications")

PARTITIONS = 6
"""Of each topic: 24 in production, where several replicas share them."""


class Service(Component):
    """One service with all of its roles in one process."""

    patience = 120

    def __init__(self, service: str, state: State, *, say: Say, die_with_us: bool = True) -> None:
        super().__init__(state, say=say, die_with_us=die_with_us)
        self.name = service
        self.port_names = (service,)

    @property
    def url(self) -> str:
        """Root of its API."""
        return f"http://{HOST}:{self.port}"

    def prepare(self) -> None:
        """Its folder, by which its processes are known."""
        self.folder.mkdir(exist_ok=True)

    def spawn(self) -> ProcessRecord:
        """Run it from the root of the repository."""
        return spawn(
            [sys.executable, "-m", "cer", self.name, "run", "--role", "all", "--port", str(self.port)],
            mark=self.folder,
            log=self.log,
            environment={**own_environment(), **service_environment(self.name, self.state)},
            cwd=ROOT,
            die_with_us=self.die_with_us,
        )

    def ready(self) -> bool:
        """Whether it says so: database reached, partitions assigned, its tasks alive."""
        try:
            with urlopen(f"{self.url}/ready", timeout=5) as answer:
                return bool(json.load(answer)["status"] == "ready")
        except (HTTPError, URLError, OSError, ValueError, KeyError):
            return False

    def addresses(self) -> dict[str, str]:
        """Root of its API."""
        return {self.name: self.url}


def own_environment() -> dict[str, str]:
    """Our environment for a child that runs our code: without settings that were meant for something else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CER_") or name == "CER_LOG_LEVEL"}
    # Arenas of the C library multiply with threads: two are enough, and save some 20 MB a process.
    return {"MALLOC_ARENA_MAX": "2", **kept}


def service_environment(service: str, state: State) -> dict[str, str]:
    """The settings of a service in the embedded system."""
    smtp_host, _, smtp_port = state.addresses.get("smtp", "").rpartition(":")
    return {
        "CER_DATABASE_URL": state.secret(database_secret(service)),
        "CER_KAFKA": state.addresses["kafka"],
        "CER_OIDC_ISSUER": state.addresses.get("issuer", ""),
        "CER_OIDC_AUDIENCE": AUDIENCE,
        "CER_OBJECTS": str(state.var / "objects"),
        "CER_OBJECTS_KEY": files_key(service),
        # No scanner comes with the embedded system, and its health says so.
        "CER_CLAMAV": "none",
        "CER_KEYS_DIR": str(state.var / "keys" / service),
        "CER_TRACES": _traces(service, state),
        "CER_INSTANCE": "embedded",
        "CER_HTTP_HOST": HOST,
        "CER_HTTP_PORT": str(state.ports[service]),
        "CER_SMS_URL": state.addresses.get("outbox", ""),
        "CER_SMTP_HOST": smtp_host,
        "CER_SMTP_PORT": smtp_port,
        "CER_SMTP_TLS": "none",
        "CER_MAIL_FROM": "ne-pas-repondre@departement.example",
        # Whoever tries the software does so at any hour.
        "CER_SEND_FROM_HOUR": "0",
        "CER_SEND_UNTIL_HOUR": "24",
        "CER_SEND_ANY_DAY": "true",
        "CER_SERVICE_MAILS": '{"": "insertion@departement.example"}',
        "CER_PORTAL_URL": f"http://{HOST}:{state.ports['portal']}",
        "CER_DEPARTEMENT": DEPARTEMENT,
        "CER_DIRECTION": "Direction de l'insertion",
        "CER_DELEGATION": "par délégation du président du conseil départemental",
        "CER_ADDRESS": "1, place de l'Exemple|00000 Exempleville",
        "CER_PHONE": "01 99 00 12 34",
        "CER_CITY": "Exempleville",
        "CER_APPEAL_ADDRESS": "Président du conseil départemental|1, place de l'Exemple|00000 Exempleville",
    }


def _traces(service: str, state: State) -> str:
    if zipkin := state.addresses.get("zipkin"):
        return f"zipkin:{zipkin}/api/v2/spans"
    return f"file:{state.var / 'traces' / f'{service}.jsonl'}"


class Preparation:
    """A command of `cer` that runs while other things start."""

    def __init__(self, *arguments: str, **settings: str) -> None:
        self.name = f"cer {' '.join(arguments)}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cer", *arguments],
            cwd=ROOT,
            env={**own_environment(), **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self) -> None:
        """Wait for its end. Raises StartFailedError with what it said."""
        output, _ = self._process.communicate()
        if self._process.returncode:
            raise StartFailedError(f"« {self.name} » a échoué :\n{output[-3000:]}")


def migrate(state: State) -> Preparation:
    """Bring all databases up to date, in one process: importing a service costs seconds."""
    urls = {f"CER_{service.upper()}_DATABASE_URL": state.secret(database_secret(service)) for service in SERVICES}
    return Preparation("migrate-all", **urls)


def provision(state: State) -> Preparation:
    """Create the topics that are missing."""
    return Preparation("topics", "provision", "--partitions", str(PARTITIONS), CER_KAFKA=state.addresses["kafka"])
