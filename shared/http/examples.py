"""Examples for the API's documentation, made from its schemas: a field's own example, else one of its kind."""

import re
from typing import Any

Json = dict[str, Any]

_DEEPEST = 12
_BY_FORMAT = {
    "uuid": "01980000-0000-7000-8000-0000000000d1",
    "date": "2026-03-12",
    "date-time": "2026-03-12T09:30:00Z",
    "binary": "",
    "uri": "https://example.org/",
}
# Made-up people; numbers and domains that are kept for fiction.
_BY_NAME: Json = {
    "nom_naissance": "VALMONT",
    "nom_usage": "BELFORT",
    "nom": "BELFORT",
    "prenom": "Jeanne",
    "prenoms": ["Jeanne", "Marie"],
    "civilite": "Madame",
    "sexe": "F",
    "organisme": "CAF",
    "numero_organisme": "001",
    "matricule": "001234500000000",
    "territory": "nord",
    "referent_id": "referent-nord",
    "referent_name": "Camille Vernoux",
    "full_name": "Camille Vernoux",
    "mail": "jeanne.belfort@example.org",
    "telephone": "+33639980001",
    "telephone_shown": "06 39 98 00 01",
    "adresse": ["12 RUE DES TILLEULS", "99001 VALMONT"],
    "state": "proposition",
    "nature": "renouvellement",
    "priority": "normale",
    "accord": "oui",
    "next": None,
    "sha256": "0" * 64,
    "fingerprint": "0" * 64,
    "uri": "object:signature/exemple",
}


def example_of(schemas: Json, schema: Json, name: str = "", depth: int = 0) -> Any:
    """A value that this schema allows."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for given in ("example", "const", "default"):
        if given in schema and schema[given] is not None:
            return schema[given]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if choices:
        return _chosen(schemas, choices, name, depth)
    if name in _BY_NAME and _fits(schema, _BY_NAME[name]):
        return _BY_NAME[name]
    return _made(schemas, schema, name, depth)


def _chosen(schemas: Json, choices: list[Json], name: str, depth: int) -> Any:
    if name in _BY_NAME and any(_fits(one, _BY_NAME[name]) for one in choices):
        return _BY_NAME[name]
    return example_of(schemas, choices[0], name, depth)


def _fits(schema: Json, value: Any) -> bool:
    kinds: dict[str, type] = {"string": str, "array": list, "null": type(None)}
    kind = kinds.get(schema.get("type", ""))
    if kind is None or not isinstance(value, kind):
        return False
    return "pattern" not in schema or re.search(schema["pattern"], str(value)) is not None


def _made(schemas: Json, schema: Json, name: str, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        fields = schema.get("properties", {}) if depth < _DEEPEST else {}
        return {key: example_of(schemas, one, key, depth + 1) for key, one in fields.items()}
    if kind == "array":
        return [example_of(schemas, schema.get("items", {}), name, depth + 1)] if depth < _DEEPEST else []
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    if kind == "string":
        return _BY_FORMAT.get(schema.get("format", ""), "Texte")
    return None
