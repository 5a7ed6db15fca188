"""JSON Schemas (2020-12) of events and of sealed blocks, closed: what a producer may write, and nothing else."""

from typing import Any

from pydantic import BaseModel

from shared.events.blocks import BLOCKS
from shared.events.envelope import Event
from shared.events.registry import EVENTS
from shared.events.sealed import Block

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def file_name(event: type[Event]) -> str:
    """The name of this version's schema and of its golden sample: `CerSubmitted.v1.json`."""
    return f"{event.name()}.v{event.schema_version}.json"


def payload(event: type[Event]) -> Schema:
    """The schema of an event's value."""
    return {"title": event.name(), **_self_contained(event)}


def published_form(event: type[Event]) -> Schema:
    """The schema as a file: its `$id` is what `ce_dataschema` says in each message."""
    return {"$schema": DIALECT, "$id": event.ce_dataschema(), **payload(event)}


def block_form(block: type[Block]) -> Schema:
    """The schema of what a sealed block holds, as a file: its readers find it once they opened the token."""
    identifier = f"urn:cer:schema:block:{block.name}:1"
    return {"$schema": DIALECT, "$id": identifier, "title": block.__name__, **_self_contained(block)}


def every_schema() -> dict[str, Schema]:
    """All schemas by name of their file."""
    events = {file_name(event): published_form(event) for event in EVENTS}
    return events | {f"block.{block.name}.v1.json": block_form(block) for block in BLOCKS}


def _self_contained(model: type[BaseModel]) -> Schema:
    """Definitions are put in place, made-up titles dropped."""
    generated = model.model_json_schema(mode="serialization")
    definitions = generated.pop("$defs", {})
    inlined: Schema = _inline(generated, definitions)
    return inlined


def _inline(node: Any, definitions: Schema) -> Any:
    if isinstance(node, list):
        return [_inline(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[str(node["$ref"]).removeprefix("#/$defs/")]
        beside = {name: value for name, value in node.items() if name != "$ref"}
        return {**_inline(target, definitions), **beside}
    return {
        name: {field: _inline(schema, definitions) for field, schema in value.items()}
        if name == "properties"
        else _inline(value, definitions)
        for name, value in node.items()
        if name != "title"
    }
