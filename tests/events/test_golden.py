"""Golden samples: what was once published is read for ever, and what is written today is what consumers know."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from shared.events.envelope import Event
from shared.events.registry import BY_TYPE, EVENTS
from tests.builders.events import token
from tests.events import golden
from tools.asyncapi.schemas import published_form

every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name())


def test_every_event_has_its_sample_and_every_sample_its_event() -> None:
    assert {path.name for path in golden.FOLDER.glob("*.json")} == {golden.path(event).name for event in EVENTS}


def test_event_types_are_unique() -> None:
    assert len(BY_TYPE) == len(EVENTS)


@every_event
def test_today_s_model_reads_the_sample(event: type[Event]) -> None:
    value = golden.load(event)["value"]

    read = event.read(json.dumps(value).encode())

    assert read.subject == value[event.subject_field]
    assert read.key == value[event.key_field]
    assert json.loads(read.to_json(golden.NoSealer())).items() >= value.items()


@every_event
def test_today_s_code_writes_the_sample_and_adds_optional_fields_only(event: type[Event]) -> None:
    published, today = golden.load(event), golden.produced(event)

    added = today["value"].keys() - published["value"].keys()

    assert today["headers"] == published["headers"]
    assert {name: today["value"][name] for name in published["value"]} == published["value"]
    assert not added & set(published_form(event)["required"])


@every_event
def test_fields_that_the_reader_does_not_know_are_ignored_at_every_depth(event: type[Event]) -> None:
    value = golden.load(event)["value"]

    read = event.read(json.dumps(_with_unknown_fields(value)).encode())

    assert read == event.read(json.dumps(value).encode())


@every_event
def test_an_unknown_field_is_never_written(event: type[Event]) -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        event.model_validate({**golden.load(event)["value"], "added_one_day": 1})


@every_event
def test_the_json_schema_accepts_the_sample_and_is_closed(event: type[Event]) -> None:
    validator = Draft202012Validator(published_form(event), format_checker=Draft202012Validator.FORMAT_CHECKER)
    value = golden.load(event)["value"]

    assert list(validator.iter_errors(value)) == []
    assert "additionalProperties" in {error.validator for error in validator.iter_errors(_with_unknown_fields(value))}


@every_event
def test_every_field_of_the_sample_that_is_left_out_is_missed(event: type[Event]) -> None:
    value = golden.load(event)["value"]

    for name in published_form(event)["required"]:
        with pytest.raises(ValidationError):
            event.read(json.dumps({key: kept for key, kept in value.items() if key != name}).encode())


@every_event
def test_enumerations_are_text_so_that_a_new_value_breaks_nobody(event: type[Event]) -> None:
    schema = published_form(event)
    codes = [name for name, field in schema["properties"].items() if _is_free_text(field)]
    value = golden.load(event)["value"]

    read = event.read(json.dumps({**value, **dict.fromkeys(codes, "a_value_of_tomorrow")}).encode())

    assert all(getattr(read, name) == "a_value_of_tomorrow" for name in codes)
    assert '"enum"' not in json.dumps(schema)


def test_a_sealed_block_is_a_compact_jwe_or_is_refused() -> None:
    event = BY_TYPE["fr.cer.contracts.CerCreated.v1"]
    value = golden.load(event)["value"]

    assert value["identity"] == token("identity")
    with pytest.raises(ValidationError, match="compact JWE"):
        event.read(json.dumps({**value, "identity": "Jeanne Fictive"}).encode())


def _with_unknown_fields(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_unknown_fields(item) for item in value]
    if isinstance(value, dict):
        return {"added_one_day": {"deep": 1}, **{name: _with_unknown_fields(item) for name, item in value.items()}}
    return value


def _is_free_text(field: dict[str, Any]) -> bool:
    return field.get("type") == "string" and not field.keys() & {"format", "pattern", "x-sealed-block"}
