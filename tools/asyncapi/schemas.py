"""The JSON Schema (2020-12) of an event's value, closed: what a producer may write, and nothing else."""

from typing import Any

from shared.events.envelope import Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def file_name(event: type[Event]) -> str:
    """The name of this version's schema and of its golden sample: `CerSubmitted.v1.json`."""
    return f"{event.name()}.v{event.schema_version}.json"


def payload(event: type[Event]) -> Schema:
    """The schema of the value, self-contained: definitions are put in place, made-up titles dropped."""
    generated = event.model_json_schema(mode="serialization")
    definitions = generated.pop("$defs", {})
    inlined: Schema = _inline(generated, definitions)
    return {"title": event.name(), **inlined}


def published_form(event: type[Event]) -> Schema:
    """The schema as a file: its `$id` is what `ce_dataschema` says in each message."""
    return {"$schema": DIALECT, "$id": event.ce_dataschema(), **payload(event)}


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
