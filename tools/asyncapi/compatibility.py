"""The gate: a published schema only gains optional fields. Anything else needs a new topic, `.v2`.

Two directions are asked of `jsoncompat`: what was published can be read by today's model (topics keep 7 days, outboxes
8), and what today's model writes can be read by the consumers of yesterday, which ignore fields they do not know.
Keywords that carry meaning without narrowing JSON (`format`, the block that a token seals) are compared here.
"""

import json
from typing import Any, Literal

from jsoncompat import check_compat

MEANING = ("format", "contentMediaType", "x-sealed-block")

Schema = dict[str, Any]
Role = Literal["serializer", "deserializer"]


def problems(published: dict[str, Schema], current: dict[str, Schema]) -> list[str]:
    """What would break a consumer or a stored event, by file name of the schema; empty when nothing does."""
    found = [f"{name}: published, and no event has this schema any more" for name in sorted(published.keys() - current)]
    for name in sorted(published.keys() & current):
        found += [f"{name}: {problem}" for problem in _changes(published[name], current[name])]
    return found


def _changes(published: Schema, current: Schema) -> list[str]:
    found = []
    if not _compatible(published, current, "deserializer"):
        found.append("a published event can no longer be read")
    if not _compatible(_opened(published), current, "serializer"):
        found.append("a consumer of the published version cannot read what is written now")
    before, after = _meanings(published), _meanings(current)
    found += [f"`{path}` changes its meaning" for path in sorted(before.keys() & after) if before[path] != after[path]]
    return found


def _compatible(published: Schema, current: Schema, role: Role) -> bool:
    """What `jsoncompat` says; it takes no `$id`."""
    before, after = (
        {name: value for name, value in schema.items() if name != "$id"} for schema in (published, current)
    )
    return check_compat(json.dumps(before), json.dumps(after), role)


def _opened(schema: Any) -> Any:
    """The schema as a tolerant consumer sees it: fields that it does not know are ignored."""
    if isinstance(schema, list):
        return [_opened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _opened(value) for name, value in schema.items() if name != "additionalProperties"}


def _meanings(schema: Any, path: str = "") -> dict[str, list[str | None]]:
    """The keywords of meaning, by path of the field."""
    if isinstance(schema, list):
        return {
            key: value for place, item in enumerate(schema) for key, value in _meanings(item, f"{path}|{place}").items()
        }
    if not isinstance(schema, dict):
        return {}
    found = {path: [schema.get(word) for word in MEANING]} if "type" in schema else {}
    for name, value in schema.items():
        if name == "properties":
            for field, inner in value.items():
                found |= _meanings(inner, f"{path}.{field}".lstrip("."))
        elif name in ("items", "anyOf"):
            found |= _meanings(value, f"{path}[]" if name == "items" else path)
    return found
