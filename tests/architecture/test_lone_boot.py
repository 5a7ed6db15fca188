"""Each service starts from a folder that holds only itself, `shared/` and the command `cer`."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from shared.events.topics import REFERENCE, TOPICS
from tests.architecture.tree import ROOT, SERVICES

NOWHERE = "127.0.0.1:9"
SETTINGS = {
    "CER_DATABASE_URL": f"postgresql+asyncpg://nobody:nothing@{NOWHERE}/none",
    "CER_KAFKA": NOWHERE,
    "CER_OIDC_ISSUER": f"http://{NOWHERE}/issuer",
}
# What only one service asks for.
OWN_SETTINGS = {
    "signature": {"CER_PUBLIC_URL": "https://signature.example"},
    "notifications": {
        "CER_PORTAL_URL": f"http://{NOWHERE}",
        "CER_MAIL_FROM": "cer@example.org",
        "CER_PUBLIC_URL": "https://messages.example",
    },
}

# A command of the service itself that makes what it does not start without.
FIRST: dict[str, tuple[str, ...]] = {"signature": ("own-seal", "keys"), "notifications": ("own-pepper", "keys")}

# Endpoints that anybody may call, each with its reason; everything else names its line of the table of rights.
PUBLIC: dict[str, str] = {}

# What is served beside the API to those who have no token: each proves itself otherwise.
PROBES = {"/live", "/metrics", "/ready"}
_RECEIPTS = {"/sms/receipts/{provider}": "the key in the address that the provider was given"}
OUTSIDE: dict[str, dict[str, str]] = {
    "notifications": _RECEIPTS
    | {
        "/r": "the link of a mail: its token of 128 bits",
        "/r/code": "the link, and the code sent to the person's mobile",
        "/r/contrat": "the session that the code opened",
        "/r/contrat.pdf": "the session that the code opened",
        "/r/style.css": "the same for all",
    },
    "signature": _RECEIPTS
    | {
        "/s": "the one-time link of an SMS: its token of 128 bits, used once",
        "/s/code": "the session that the link opened, and the person's code",
        "/s/contrat": "the session that the link opened",
        "/s/pages/{number}": "the session that the link opened",
        "/s/refus": "the session that the link opened",
        "/s/style.css": "the same for all",
        "/yousign/webhooks": "the HMAC of its body, under the secret of Yousign's webhook",
    },
}

every_service = pytest.mark.parametrize("service", SERVICES)


@dataclass(frozen=True)
class LoneFolder:
    """A service alone."""

    service: str
    path: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs python in the folder, which alone is on its path beside the installed libraries."""
        keys = self.path / "keys"
        keys.mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("CER_", "PYTHON"))}
        own = {**SETTINGS, **OWN_SETTINGS.get(self.service, {})}
        own |= {"CER_KEYS_DIR": str(keys), "CER_OBJECTS": str(self.path / "objects"), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.path,
            env=environment | own,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@cache
def _alone(service: str) -> LoneFolder:
    path = Path(mkdtemp(prefix=f"cer-lone-{service}-"))
    skip = shutil.ignore_patterns("__pycache__")
    (path / "services").mkdir()
    shutil.copy(ROOT / "services" / "__init__.py", path / "services")
    shutil.copytree(ROOT / "services" / service, path / "services" / service, ignore=skip)
    shutil.copytree(ROOT / "shared", path / "shared", ignore=skip)
    shutil.copy(ROOT / "cer.py", path)
    folder = LoneFolder(service, path)
    if service in FIRST:
        done = folder.run("-m", "cer", service, *FIRST[service])
        assert done.returncode == 0, done.stderr
    return folder


@cache
def _facts(service: str) -> dict[str, Any]:
    probe = (ROOT / "tests" / "architecture" / "probe.py").read_text()
    done = _alone(service).run("-c", probe, service)
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


@pytest.fixture(scope="module", autouse=True)
def _clean() -> Any:
    yield
    for service in SERVICES:
        shutil.rmtree(_alone(service).path, ignore_errors=True)


@every_service
def test_the_command_knows_the_service_that_is_there(service: str) -> None:
    done = _alone(service).run("-m", "cer", service, "--help")

    assert done.returncode == 0, done.stderr
    for command in ("run", "migrate", "parked"):
        assert command in done.stdout


@every_service
def test_the_command_does_not_offer_the_services_that_are_not_there(service: str) -> None:
    done = _alone(service).run("-m", "cer", "--help")

    assert [name for name in SERVICES if f" {name} " in done.stdout] == [service]


@every_service
def test_the_app_is_built_without_any_connection_and_lives(service: str) -> None:
    assert _facts(service)["live"] == 200


@every_service
def test_nothing_is_imported_from_elsewhere_in_the_repository(service: str) -> None:
    modules = _facts(service)["modules"]
    other_services = [name for name in modules if name.startswith("services.") and name.split(".")[1] != service]
    libraries = Path(sys.prefix)
    strays = {
        name: file
        for name, file in modules.items()
        if Path(file).is_relative_to(ROOT) and not Path(file).is_relative_to(libraries)
    }

    assert other_services == []
    assert strays == {}


@every_service
def test_the_endpoints_looked_at_here_are_those_of_the_api(service: str) -> None:
    facts = _facts(service)

    assert sorted({route["path"] for route in facts["routes"]}) == facts["openapi"]


@every_service
def test_every_endpoint_has_its_line_in_the_table_of_rights(service: str) -> None:
    open_to_all = [
        f"{route['methods'][0]} {route['path']}" for route in _facts(service)["routes"] if route["operation"] is None
    ]

    assert [endpoint for endpoint in open_to_all if endpoint not in PUBLIC] == []


@every_service
def test_what_is_served_beside_the_api_is_known(service: str) -> None:
    assert set(_facts(service)["outside"]) == PROBES | OUTSIDE.get(service, {}).keys()


@every_service
def test_every_service_hears_of_closed_accounts_but_the_one_that_closes_them(service: str) -> None:
    consumers = _facts(service)["consumers"]

    assert consumers.get(f"{service}.agents") == (None if service == "contracts" else [REFERENCE.name])


@every_service
def test_every_post_is_done_once_whatever_is_sent_again(service: str) -> None:
    careless = [
        route["path"] for route in _facts(service)["routes"] if "POST" in route["methods"] and not route["once"]
    ]

    assert careless == []


@every_service
def test_every_update_says_which_version_it_changes(service: str) -> None:
    updates = [route for route in _facts(service)["routes"] if {"PUT", "PATCH", "DELETE"} & set(route["methods"])]

    assert [route["path"] for route in updates if not route["if_match"]] == []


@every_service
def test_consumers_read_topics_that_exist_under_a_name_of_the_service(service: str) -> None:
    known = {topic.name for topic in TOPICS}

    for name, topics in _facts(service)["consumers"].items():
        assert name.startswith(f"{service}.")
        assert set(topics) <= known
