"""The API as its own description says: complete for who codes against it, and true whatever is sent (schemathesis).

`CER_FUZZ_EXAMPLES` says how many requests each operation gets, `CER_FUZZ_ONLY` (a regular expression) which get any.
`make fuzz-api EXAMPLES=1000` is the long form: about a minute for each operation, which it names once it is done.
"""

import asyncio
import os
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import jsonschema
import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.generation import GenerationMode
from sqlalchemy import text

from services.contracts.main import build
from services.contracts.settings import Settings
from shared.database.engine import Database
from shared.runtime.roles import ProcessRole
from shared.security.principal import Role
from tests.builders.keys import key_folder
from tests.builders.seeded import AGENTS, PLACE, TERRITORY
from tests.builders.tokens import Issuer
from tools.seed.load import seed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(7_200)]

EXAMPLES = int(os.environ.get("CER_FUZZ_EXAMPLES", "3"))
ONLY = re.compile(os.environ.get("CER_FUZZ_ONLY", ""))
# Seconds for an answer: what is asked is whether it comes, and what it is.
PATIENCE = 120
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.ignored_auth,
]
# Most requests name what exists, in the version that it had when it was loaded.
_IDS = {
    "dossier_id": "SELECT id FROM dossier WHERE territory = 'nord' ORDER BY id LIMIT 40",
    "cer_id": "SELECT id FROM cer WHERE territory = 'nord' ORDER BY referent_id <> 'referent-fictif-0000', id LIMIT 60",
    "agent_id": "SELECT id FROM agent ORDER BY id LIMIT 20",
}


@dataclass(frozen=True)
class Api:
    """The service behind an address of its own, with the ids of what it holds."""

    app: FastAPI
    url: str
    issuer: Issuer
    ids: dict[str, list[str]]

    def headers(self, role: Role) -> dict[str, str]:
        """The token of an agent of this role."""
        local = {"territory": TERRITORY} if role in {Role.REFERENT, Role.SECRETARIAT} else {}
        return self.issuer.headers(role, AGENTS[role], **local)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The app on a free port, in a thread of its own: what tests it is not asynchronous."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
async def api(service_database_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """Contracts on 200 made-up dossiers."""
    await seed(service_database_url, 200, PLACE, lambda _: None)
    database = Database(service_database_url)
    async with database.read() as session:
        ids = {name: [str(one) for one in (await session.scalars(text(query))).all()] for name, query in _IDS.items()}
    await database.close()
    key_folder(tmp_path / "keys", "contracts")
    settings = Settings(
        database_url=service_database_url,
        kafka="127.0.0.1:1",
        oidc_issuer="https://identity.test/cer",
        keys_dir=tmp_path / "keys",
    )
    app = build(settings, frozenset({ProcessRole.API}))
    issuer = Issuer()
    app.state.tokens = issuer.verifier
    with served(app) as url:
        yield Api(app, url, issuer, ids)


async def test_whatever_is_sent_is_answered_as_described_and_never_without_a_token(api: Api) -> None:
    assert await asyncio.to_thread(_fuzz, api) == {}


def _fuzz(api: Api) -> dict[str, str]:
    """What failed, by operation, with the request that shows it."""
    schema = schemathesis.openapi.from_url(f"{api.url}/openapi.json", timeout=PATIENCE)
    failures = {}
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # a wrong description fails here
        if operation.path.startswith(("/live", "/ready", "/metrics")) or not ONLY.search(operation.label):
            continue
        try:
            _try(api, operation)
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all that fail are told together
            failures[operation.label] = _told(error)
        print(operation.label, "FAILED" if operation.label in failures else "passed", flush=True)
    return failures


def _told(error: BaseException) -> str:
    inner = getattr(error, "exceptions", ())
    return " | ".join(_told(one) for one in inner) if inner else f"{type(error).__name__}: {error}"[:1_500]


def _try(api: Api, operation: Any) -> None:
    modes = (operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE))

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 100,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(
        case=st.one_of(*modes), role=st.sampled_from(list(AGENTS)), luck=st.randoms(use_true_random=False)
    )
    def ask(case: Any, role: Role, luck: Any) -> None:
        for name, ids in api.ids.items():
            if name in case.path_parameters and luck.random() < 0.8:
                case.path_parameters[name] = luck.choice(ids)
        if "If-Match" in {header.title() for header in case.headers} and luck.random() < 0.6:
            case.headers["If-Match"] = f'"{luck.choice((1, 1, 1, 2, 3))}"'
        case.call_and_validate(headers=api.headers(role), checks=CHECKS, timeout=PATIENCE)

    ask()


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if not path.startswith(("/live", "/ready", "/metrics")):
                yield f"{method.upper()} {path}", operation


def test_every_operation_is_described_for_who_codes_against_it(api: Api) -> None:
    document = api.app.openapi()
    lacking: list[str] = []
    names: list[str] = []
    for label, operation in _operations(document):
        names.append(operation["operationId"])
        answers = operation["responses"]
        wanted: dict[str, bool] = {
            "a summary": bool(operation.get("summary")),
            "a description": bool(operation.get("description")),
            "a tag": bool(operation.get("tags")),
            "a token": operation.get("security") == [{"agent": []}],
            "401, 403 and 503": {"401", "403", "503"} <= answers.keys(),
            "404 for what its path names": "{" not in label or "404" in answers,
            "409 and 412 for what it changes": label.startswith("GET") or {"409", "412"} <= answers.keys(),
            "a problem for each refusal": all(_is_problem(one) for code, one in answers.items() if code >= "4"),
            "a key or a version": label.startswith("GET") or _is_guarded(operation),
            "what it answers": all(_shown(one) for code, one in answers.items() if "200" <= code < "204"),
            "an example of its body": all(map(_has_example, _contents(operation.get("requestBody", {})))),
        }
        lacking += [f"{label} lacks {what}" for what, there in wanted.items() if not there]
    assert lacking == []
    assert len(set(names)) == len(names)
    assert set(document["components"]["securitySchemes"]) == {"agent"}


def test_examples_are_what_their_schemas_allow(api: Api) -> None:
    document = api.app.openapi()
    wrong = []
    for label, operation in _operations(document):
        for content in [*_contents(operation.get("requestBody", {})), *_answers(operation)]:
            schema = {**content.get("schema", {}), "components": document["components"]}
            if "example" in content and "format" not in content["schema"]:
                found = jsonschema.Draft202012Validator(schema).iter_errors(content["example"])
                wrong += [f"{label}: {error.json_path} {error.message}" for error in found]
    assert wrong == []


def _is_problem(answer: dict[str, Any]) -> bool:
    return list(answer.get("content", {})) == ["application/problem+json"]


def _is_guarded(operation: dict[str, Any]) -> bool:
    headers = {one["name"].lower() for one in operation["parameters"] if one["in"] == "header" and one["required"]}
    return bool(headers & {"idempotency-key", "if-match"})


def _contents(part: dict[str, Any]) -> list[dict[str, Any]]:
    return list(part.get("content", {}).values())


def _answers(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for answer in operation["responses"].values() for one in _contents(answer)]


def _has_example(content: dict[str, Any]) -> bool:
    return bool({"example", "examples"} & content.keys())


def _shown(answer: dict[str, Any]) -> bool:
    return bool(answer.get("content")) and all(
        _has_example(one) or one.get("schema", {}).get("format") == "binary" or not one.get("schema")
        for one in _contents(answer)
    )
