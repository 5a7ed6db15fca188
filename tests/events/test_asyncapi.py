"""`docs/asyncapi` is generated, agrees with the code, and lets nobody break what was published."""

import copy
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from shared.events.blocks import Identity
from shared.events.contracts import CerSubmitted
from shared.events.documents import EditionRendered
from shared.events.registry import EVENTS
from shared.events.topics import TOPICS
from tools.asyncapi import cli
from tools.asyncapi.compatibility import problems
from tools.asyncapi.schemas import block_form, every_schema, published_form

CHECKER = cli.ROOT / "tools" / "asyncapi"
Schema = dict[str, Any]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(cli.DOCS, tmp_path / "asyncapi"))


def _document() -> Schema:
    loaded: Schema = json.loads((cli.DOCS / "asyncapi.json").read_text())
    return loaded


def test_the_files_agree_with_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--check"]) == 0, capsys.readouterr().out


def test_drift_is_told_file_by_file_and_writing_mends_it(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schemas = docs / "schemas"
    (schemas / "CerSubmitted.v1.json").write_text("{}")
    (schemas / "CerCreated.v1.json").unlink()
    (schemas / "Forgotten.v1.json").write_text("{}")

    assert cli.main(["--check"], docs) == 1
    told = capsys.readouterr().out
    assert [line.split(":")[0] for line in told.splitlines()[:-1]] == [
        f"schemas/{name}.v1.json" for name in ("CerCreated", "CerSubmitted", "Forgotten")
    ]

    assert cli.main([], docs) == 0
    assert cli.main(["--check"], docs) == 0


def test_nothing_is_written_or_published_over_a_broken_schema(docs: Path) -> None:
    published = docs / "published" / "CerSubmitted.v1.json"
    published.parent.mkdir(exist_ok=True)
    schema = copy.deepcopy(published_form(CerSubmitted))
    schema["properties"]["weekly_hours"] = {"type": "integer"}
    published.write_text(json.dumps(schema))
    before = published.read_text()

    assert cli.main([], docs) == 1
    assert cli.main(["--publish"], docs) == 1
    assert published.read_text() == before


def test_publishing_adds_every_schema_to_those_that_must_not_break(docs: Path) -> None:
    shutil.rmtree(docs / "published", ignore_errors=True)

    assert cli.main(["--publish"], docs) == 0

    assert {path.name for path in (docs / "published").iterdir()} == every_schema().keys()


def test_every_event_and_every_block_is_published() -> None:
    assert {path.name for path in (cli.DOCS / "published").glob("*.json")} == every_schema().keys()


def _add_optional(schema: Schema) -> None:
    schema["properties"]["weekly_hours"] = {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None}


def _describe_better(schema: Schema) -> None:
    schema["properties"]["priority"]["description"] = "A code of the département's list"


def _add_required(schema: Schema) -> None:
    schema["properties"]["weekly_hours"] = {"type": "integer"}
    schema["required"].append("weekly_hours")


def _remove(schema: Schema) -> None:
    del schema["properties"]["priority"]
    schema["required"].remove("priority")


def _make_optional(schema: Schema) -> None:
    schema["required"].remove("priority")


def _make_nullable(schema: Schema) -> None:
    schema["properties"]["submission"] = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}


def _retype(schema: Schema) -> None:
    schema["properties"]["submission"] = {"type": "string"}


def _tighten(schema: Schema) -> None:
    schema["properties"]["submission"]["minimum"] = 2


def _loosen(schema: Schema) -> None:
    schema["properties"]["submission"]["minimum"] = 0


def _enumerate(schema: Schema) -> None:
    schema["properties"]["priority"]["enum"] = ["normale", "urgente"]


def _reformat(schema: Schema) -> None:
    schema["properties"]["submitted_at"]["format"] = "date"


def _reformat_nullable(schema: Schema) -> None:
    schema["properties"]["date_fin"]["anyOf"][0]["format"] = "date-time"


def _reseal(schema: Schema) -> None:
    schema["properties"]["identity"]["x-sealed-block"] = "agent"


def _unseal(schema: Schema) -> None:
    schema["properties"]["identity"] = {"type": "string"}


@pytest.mark.parametrize("change", [_add_optional, _describe_better])
def test_an_optional_field_more_passes(change: Callable[[Schema], None]) -> None:
    assert _judged(change) == []


@pytest.mark.parametrize(
    "change",
    [
        _add_required, _remove, _make_optional, _make_nullable, _retype, _tighten, _loosen, _enumerate,
        _reformat, _reformat_nullable, _reseal, _unseal,
    ],
)  # fmt: skip
def test_any_other_change_is_breaking(change: Callable[[Schema], None]) -> None:
    assert _judged(change)


def test_parts_of_an_event_follow_the_same_rule() -> None:
    published = published_form(EditionRendered)
    larger, other = copy.deepcopy(published), copy.deepcopy(published)
    larger["properties"]["document"]["properties"]["pages"] = {"type": "integer"}
    other["properties"]["document"]["required"].remove("sha256")

    assert problems({"EditionRendered.v1.json": published}, {"EditionRendered.v1.json": larger}) == []
    assert problems({"EditionRendered.v1.json": published}, {"EditionRendered.v1.json": other})


def test_blocks_follow_the_same_rule_as_stored_tokens_outlive_a_deployment() -> None:
    published = block_form(Identity)
    larger, other = copy.deepcopy(published), copy.deepcopy(published)
    _add_optional(larger)
    other["properties"]["telephone"] = {"type": "string"}

    assert problems({"block.identity.v1.json": published}, {"block.identity.v1.json": larger}) == []
    assert problems({"block.identity.v1.json": published}, {"block.identity.v1.json": other})


def test_a_published_event_cannot_disappear() -> None:
    assert problems({"CerSubmitted.v1.json": published_form(CerSubmitted)}, {}) == [
        "CerSubmitted.v1.json: published, and no event has this schema any more"
    ]


def _judged(change: Callable[[Schema], None]) -> list[str]:
    current = copy.deepcopy(published_form(CerSubmitted))
    change(current)
    return problems({"CerSubmitted.v1.json": published_form(CerSubmitted)}, {"CerSubmitted.v1.json": current})


def test_the_document_tells_every_event_once_from_the_service_that_sends_it() -> None:
    document = _document()
    sent = [
        ref["$ref"].rsplit("/", 1)[1] for operation in document["operations"].values() for ref in operation["messages"]
    ]

    assert sorted(sent) == sorted(f"{event.name()}.v1" for event in EVENTS)
    assert {operation["action"] for operation in document["operations"].values()} == {"send"}
    assert set(document["channels"]) == {event.topic.name for event in EVENTS}


def test_channels_are_the_topics_as_they_are_provisioned() -> None:
    channels = _document()["channels"]
    kafka = {topic: channels[topic.name]["bindings"]["kafka"] for topic in TOPICS if topic.name in channels}

    assert {topic.partitions for topic in kafka} == {1, 24}
    assert {topic.name for topic, binding in kafka.items() if binding["partitions"] != topic.partitions} == set()
    assert {binding["topicConfiguration"]["retention.ms"] for binding in kafka.values()} == {7 * 24 * 3600 * 1000}


def test_examples_fit_the_schemas_of_headers_and_payload() -> None:
    components = _document()["components"]
    for name, message in components["messages"].items():
        (example,) = message["examples"]
        for part, schema in (("headers", message["headers"]), ("payload", components["schemas"][name])):
            errors = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(example[part])
            assert list(errors) == [], name


@pytest.mark.skipif(not (CHECKER / "node_modules").exists(), reason="the reference parser is not installed: npm ci")
def test_the_reference_parser_accepts_the_document_and_refuses_a_wrong_one(tmp_path: Path) -> None:
    wrong = _document()
    wrong["operations"]["contracts.send.cer.contracts.cer.v1"]["action"] = "tell"
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))

    def check(file: Path) -> int:
        return subprocess.run(
            ["node", "check.mjs", str(file)], cwd=CHECKER, capture_output=True, check=False
        ).returncode

    assert check(cli.DOCS / "asyncapi.json") == 0
    assert check(tmp_path / "wrong.json") == 1
