"""Errors as RFC 9457 problem details: a stable `type`, a French `title` and `detail`, and the fields concerned."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from shared.database.away import is_away, sqlstate
from shared.kernel.errors import FieldProblem, Refusal
from shared.telemetry.logs import get_logger
from shared.telemetry.traces import current_trace_id

log = get_logger(__name__)

_REFUSAL = "cer.refusal"
_FAILURE = "cer.failure"
MEDIA_TYPE = "application/problem+json"

_MESSAGES = {
    "missing": "Ce champ est obligatoire.",
    "extra_forbidden": "Ce champ n'existe pas.",
    "string_too_long": "Ce texte est trop long.",
    "string_too_short": "Ce texte est trop court.",
    "date_from_datetime_parsing": "Cette date n'est pas au format AAAA-MM-JJ.",
    "date_parsing": "Cette date n'est pas au format AAAA-MM-JJ.",
    "uuid_parsing": "Cet identifiant n'a pas la bonne forme.",
    "literal_error": "Cette valeur ne fait pas partie des valeurs admises.",
    "enum": "Cette valeur ne fait pas partie des valeurs admises.",
    "json_invalid": "Le contenu envoyé n'est pas du JSON correct.",
}


def problem(refusal: Refusal) -> JSONResponse:
    """The answer to a refusal."""
    body: dict[str, Any] = {
        "type": f"urn:cer:problem:{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        **refusal.extensions,
    }
    if refusal.fields:
        body["errors"] = [_field(field) for field in refusal.fields]
    if trace_id := current_trace_id():
        body["trace_id"] = trace_id
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    return JSONResponse(body, status_code=refusal.status, media_type=MEDIA_TYPE, headers=headers)


def _field(field: FieldProblem) -> dict[str, str]:
    return {"field": field.field, "code": field.code, "message": field.message}


class Malformed(Refusal):
    """The request does not have the form that the API asks for."""

    code = "malformed"
    title = "Saisie incorrecte"
    status = 422


class Unavailable(Refusal):
    """The database is away for a moment."""

    code = "unavailable"
    title = "Service momentanément indisponible"
    status = 503


class Unforeseen(Refusal):
    """Our own mistake."""

    code = "unforeseen"
    title = "Erreur interne"
    status = 500


async def _on_refusal(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for this type
    note_refusal(request, error)
    return problem(error)


def note_refusal(request: Request, error: Refusal | RequestValidationError) -> None:
    """This request was refused, for what stands around the app: whoever answers in another form than a problem."""
    request.scope[_REFUSAL] = error.code if isinstance(error, Refusal) else Malformed.code


def refusal_code(scope: Scope) -> str | None:
    """The code of the refusal that answers this request, for what stands around the app."""
    code: str | None = scope.get(_REFUSAL)
    return code


def show_failures_by(scope: Scope, page: Callable[[int], Response]) -> None:
    """Whoever asks reads pages: what no endpoint answers is answered by this one, which is given the status."""
    scope[_FAILURE] = page


def failure(scope: Scope, refusal: Refusal) -> Response:
    """The answer to what no endpoint answers: a problem, or a page to who reads pages."""
    return _page(scope, refusal.status) or problem(refusal)


def _page(scope: Scope, status: int) -> Response | None:
    page: Callable[[int], Response] | None = scope.get(_FAILURE)
    return None if page is None else page(status)


async def _on_malformed(request: Request, error: Exception) -> JSONResponse:
    """Names the fields and never repeats what was sent: it may be a one-time code."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type
    note_refusal(request, error)
    fields = [
        FieldProblem(
            ".".join(str(part) for part in found["loc"] if part != "body"),
            found["type"],
            _MESSAGES.get(found["type"], "Cette valeur n'est pas correcte."),
        )
        for found in error.errors()
    ]
    return problem(Malformed("Des champs manquent ou sont incorrects : corrigez ceux qui sont indiqués.", fields))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    if (shown := _page(request.scope, error.status_code)) is not None:
        shown.headers.update(error.headers or {})
        return shown
    if error.status_code == 400:  # FastAPI's only one: the body cannot be decoded
        return problem(Malformed("Le contenu envoyé est illisible : envoyez du JSON en UTF-8."))
    titles = {404: "Introuvable", 405: "Méthode non prévue"}
    body = {
        "type": "about:blank",
        "title": titles.get(error.status_code, "Demande refusée"),
        "status": error.status_code,
        "detail": "Cette adresse ou cette méthode n'existe pas dans l'API." if error.status_code in titles else "",
    }
    return JSONResponse(body, status_code=error.status_code, media_type=MEDIA_TYPE, headers=error.headers)


async def _on_database_away(request: Request, error: Exception) -> Response:
    log.error("http.database_away", error=type(error).__name__)
    return failure(
        request.scope,
        Unavailable(
            "La base de données ne répond pas : réessayez dans un instant, avec la même clé d'idempotence. "
            "Ce qui aurait été enregistré ne le sera pas deux fois."
        ),
    )


async def _on_database_refusal(request: Request, error: Exception) -> Response:
    """A value that PostgreSQL cannot hold (class 22: out of range, not encodable) is the request's mistake."""
    assert isinstance(error, DBAPIError)  # noqa: S101 - registered for this type
    if is_away(error):
        return await _on_database_away(request, error)
    if not sqlstate(error).startswith("22"):
        return await _on_unforeseen(request, error)
    log.warning("http.value_not_storable", error=type(error.orig).__name__)
    refused = Malformed("Une valeur ne peut pas être enregistrée : nombre trop grand ou caractère interdit.")
    return failure(request.scope, refused)


async def _on_unforeseen(request: Request, error: Exception) -> Response:
    log.error("http.unforeseen", error=type(error).__name__, exc_info=error)
    return failure(
        request.scope,
        Unforeseen("Une erreur inattendue est survenue : vérifiez votre saisie, et donnez la référence au support."),
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Makes every error of the app a problem document."""
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_http)
    for away in (OperationalError, InterfaceError, PoolTimeoutError, ConnectionError, TimeoutError):
        app.add_exception_handler(away, _on_database_away)
    app.add_exception_handler(DBAPIError, _on_database_refusal)
    app.add_exception_handler(Exception, _on_unforeseen)
