"""What the OpenAPI description says of every operation alike: who may ask, what is refused and how, which headers.

It follows from what an operation takes: a token, a version (`If-Match`), a key (`Idempotency-Key`), an id in its path,
a body. So no endpoint repeats it, and none can forget it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.http.examples import example_of
from shared.http.problems import MEDIA_TYPE

Json = dict[str, Any]

_METHODS = frozenset({"get", "put", "post", "delete", "patch"})
_WRITES = frozenset({"put", "post", "delete", "patch"})

REFUSALS: dict[int, tuple[str, str, str]] = {
    400: ("idempotency-key-required", "Clé d'idempotence manquante", "Ajoutez l'en-tête Idempotency-Key."),
    401: ("not-authenticated", "Connexion nécessaire", "Connectez-vous : la demande ne porte aucun jeton d'accès."),
    403: ("forbidden", "Action non autorisée", "Votre rôle ne permet pas cette action."),
    404: ("not-found", "Introuvable", "Cela n'existe pas, ou ce n'est pas de votre territoire."),
    409: ("impossible-move", "Impossible dans cet état", "L'état actuel ne le permet pas ; le détail dit que faire."),
    412: ("race-lost", "Modifié entre-temps", "Quelqu'un l'a modifié entre-temps : rechargez, puis reprenez."),
    413: ("body-too-large", "Demande trop volumineuse", "La demande est trop longue : raccourcissez les textes."),
    422: ("malformed", "Saisie incorrecte", "Des champs manquent ou sont incorrects : corrigez ceux indiqués."),
    428: ("version-required", "Version manquante", "Indiquez par If-Match la version que vous modifiez."),
    503: ("unavailable", "Service momentanément indisponible", "Réessayez dans un instant, avec la même clé."),
}
_ETAG: Json = {
    "description": "The version of what is sent, for the `If-Match` of the next update (RFC 9110 §8.8.3)",
    "schema": {"type": "string"},
    "example": '"3"',
}
_HEADERS: dict[str, Json] = {
    "if-match": {
        "required": True,
        "description": "The version that is changed, as `ETag` gave it; 412 when somebody else was first",
        "schema": {"type": "string", "pattern": r'^"\d{1,18}"$'},
        "example": '"3"',
    },
    "idempotency-key": {
        "required": True,
        "description": "A key of its own for each request, a UUID for example; sent again, it is answered again",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "0b0a9a52-3f43-4c0e-9c5e-0d2c3f5f2f10",
    },
}
_PROBLEM: Json = {
    "title": "ProblemDetails",
    "description": "Problem details (RFC 9457): `type` is stable, `detail` says in French what to do.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "`urn:cer:problem:<code>`"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
        "trace_id": {"type": "string"},
    },
}


def describe(app: FastAPI) -> Callable[[], Json]:
    """What `app.openapi` becomes."""

    def document() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = completed(get_openapi(title=app.title, version=app.version, routes=app.routes))
        return app.openapi_schema

    return document


def completed(document: Json) -> Json:
    """The description with what all operations have in common."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for replaced in ("HTTPValidationError", "ValidationError"):
        schemas.pop(replaced, None)
    schemas["ProblemDetails"] = _PROBLEM
    components["securitySchemes"] = {
        "agent": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of the département's identity provider (OpenID Connect)",
        }
    }
    for path, method, operation in _operations(document):
        _complete(schemas, path, method, operation)
    return document


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document.get("paths", {}).items():
        for method, operation in methods.items():
            if method in _METHODS:
                yield path, method, operation


def _complete(schemas: Json, path: str, method: str, operation: Json) -> None:
    # The function's name: stable, and unique by the test that reads this document.
    operation["operationId"] = operation["operationId"].removesuffix(_suffix(path, method))
    parameters = operation.get("parameters", [])
    names = {one["name"].lower() for one in parameters if one["in"] == "header"}
    if "authorization" in names:
        operation["security"] = [{"agent": []}]
        parameters = [one for one in parameters if one["name"].lower() != "authorization"]
    for one in parameters:
        if one["in"] == "header" and (said := _HEADERS.get(one["name"].lower())):
            one.update(said)
    operation["parameters"] = parameters
    answers = operation["responses"]
    # FastAPI's own, of another form than ours, and those that an endpoint names without a form.
    own = {int(status) for status in answers if status >= "4" and status.isdecimal()} - {422}
    answers.pop("422", None)
    for status in sorted({*own, *_refusals(path, method, operation, names)}):
        answers[str(status)] = _refusal(status, answers.get(str(status), {}).get("description"))
    for status, answer in answers.items():
        if status.startswith("2"):
            for content in answer.get("content", {}).values():
                _exemplify(schemas, content)
            if _is_versioned(schemas, answer):
                answer.setdefault("headers", {})["ETag"] = _ETAG
    for content in operation.get("requestBody", {}).get("content", {}).values():
        _exemplify(schemas, content)


def _suffix(path: str, method: str) -> str:
    """What FastAPI adds to a function's name."""
    return "".join(char if char.isalnum() else "_" for char in path) + f"_{method}"


def _refusals(path: str, method: str, operation: Json, headers: set[str]) -> Iterator[int]:
    if "security" in operation:
        yield from (401, 403, 503)
    if "{" in path:
        yield 404
    if operation["parameters"] or "requestBody" in operation:
        yield 422
    if method in _WRITES:
        yield from (404, 409, 412, 413, 422)
    if "if-match" in headers:
        yield 428
    if "idempotency-key" in headers:
        yield 400


def _is_versioned(schemas: Json, answer: Json) -> bool:
    """Whether the answer is something that has a version."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return "version" in schemas.get(schema.get("$ref", "").rpartition("/")[2], {}).get("properties", {})


def _refusal(status: int, said: str | None) -> Json:
    code, title, detail = REFUSALS.get(status, ("refused", said or "Demande refusée", "Le détail dit que faire."))
    shown = {"type": f"urn:cer:problem:{code}", "title": title, "status": status, "detail": detail}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}, "example": shown}}
    return {"description": said or title, "content": content}


def _exemplify(schemas: Json, content: Json) -> None:
    if {"example", "examples"} & content.keys() or not content.get("schema"):
        return
    content["example"] = example_of(schemas, content["schema"])
