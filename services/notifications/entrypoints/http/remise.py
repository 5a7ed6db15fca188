"""What the person's own phone is served for their signed CER: the link of the mail, the code, the download.

Served only where the département has set its public address. The link's token stands in the query, which no trace
keeps; looking at the link sends nothing, since mail programs look at links by themselves.
"""

import re
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, SecretStr

from services.notifications.adapters.remise_pages import PAGES
from services.notifications.application.commands import handing
from services.notifications.application.commands.handing import Handing, Try
from services.notifications.domain.remise import rules
from services.notifications.domain.remise.model import SESSION
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import KeyReused, Once
from shared.kernel.clock import PARIS
from shared.kernel.errors import Refusal
from shared.pages import serving
from shared.pages.serving import HEADERS, form_of, is_secure
from shared.security.onetime import DIGITS, MAX_TRIES, fingerprint, new_token
from shared.sms.phones import masked

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class RemiseRoute(APIRoute):
    """Answers every refusal by a page that a person can read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except Refusal as refusal:
                return PAGES.ended(refusal.title, refusal.detail, refusal.status)
            except RequestValidationError:
                unknown = rules.RemiseUnknown()
                return PAGES.ended(unknown.title, unknown.detail, unknown.status)

        return handle


router = APIRouter(route_class=RemiseRoute, include_in_schema=False)


class Counted(BaseModel):
    """What the key of a form keeps: nothing of the code."""

    tries: int


@router.get("/r/style.css")
async def style() -> Response:
    """The style of every page."""
    return serving.style()


@router.get("/r")
async def landing(request: Request) -> Response:
    """Where the link leads. Looking at it sends nothing."""
    return await _landing(request, _token(request.url.query))


@router.post("/r")
async def ask_code(request: Request) -> Response:
    """Sends a code, and shows where to type it; what refuses one leaves the code before it in its place."""
    token = _token((await form_of(request)).get("k", ""))
    try:
        await handing.send_code(_means(request), token)
    except (rules.CodeTooSoon, rules.TooManyCodes) as refusal:
        return await _code(request, token, refusal.detail, refusal.status)
    except rules.AskAgain as refusal:
        return await _landing(request, token, refusal.detail, refusal.status)
    return await _code(request, token)


@router.post("/r/code")
async def type_code(request: Request) -> Response:
    """The code: counted, then compared. The same form sent twice counts once."""
    form, means = await form_of(request), _means(request)
    token, nonce = _token(form.get("k", "")), _token(form.get("nonce", "")).get_secret_value()
    typed = SecretStr("".join(form.get("code", "").split()))
    if re.fullmatch(rf"[0-9]{{{DIGITS}}}", typed.get_secret_value()) is None:
        return await _code(request, token, f"Le code a {DIGITS} chiffres : recopiez celui du SMS.", 422)
    counted = list[Try]()

    async def count(uow: UnitOfWork) -> tuple[Counted, int]:
        counted.append(await handing.count_try(means, uow, token))
        return Counted(tries=counted[0].number), counted[0].number

    hashed = means.links.hashed(token)
    marked = fingerprint(means.links.pepper, f"{hashed}|{typed.get_secret_value()}")
    try:
        await Once(means.database, f"remise:{hashed}", nonce, marked).run(count)
        session = await (
            handing.judge(means, counted[0], typed, nonce) if counted else handing.judged(means, token, nonce)
        )
    except rules.AskAgain as refusal:
        return await _code(request, token, refusal.detail, refusal.status)
    except KeyReused:
        return await _code(request, token, "Saisissez le code à nouveau : la page avait déjà servi.", 422)
    return _opened(means, session)


@router.get("/r/contrat")
async def contract(request: Request) -> Response:
    """The download's page, on the phone where the code was typed."""
    remise, until = await handing.visit(_means(request), _session(request))
    size = max(1, round(remise.document.file.size / 1024))
    shown = f"{until.astimezone(PARIS):%H h %M}"
    return PAGES.html("contrat", numero=remise.numero, size_kb=size, until=shown)


@router.get("/r/contrat.pdf")
async def document(request: Request) -> Response:
    """The sealed PDF."""
    name, content = await handing.download(_means(request), _session(request))
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type="application/pdf", headers={**HEADERS, "Content-Disposition": disposition})


async def _landing(request: Request, token: SecretStr, problem: str = "", status: int = 200) -> Response:
    remise, phone = await handing.look(_means(request), token)
    facts = {"numero": remise.numero, "phone": masked(phone), "token": token.get_secret_value(), "problem": problem}
    return PAGES.html("landing", status, **facts)


async def _code(request: Request, token: SecretStr, problem: str = "", status: int = 200) -> Response:
    remise, phone = await handing.look(_means(request), token)
    facts = {
        "token": token.get_secret_value(),
        "nonce": new_token().get_secret_value(),
        "phone": masked(phone),
        "tries_left": MAX_TRIES - remise.tries,
        "problem": problem,
    }
    return PAGES.html("code", status, **facts)


def _opened(means: Handing, session: SecretStr) -> Response:
    answer = RedirectResponse("/r/contrat", status_code=303, headers=HEADERS)
    answer.set_cookie(
        _cookie(means),
        session.get_secret_value(),
        max_age=int(SESSION.total_seconds()),
        secure=is_secure(means.links.public_url),
        httponly=True,
        samesite="strict",
    )
    return answer


def _means(request: Request) -> Handing:
    means: Handing = request.app.state.handing
    return means


def _token(text: str) -> SecretStr:
    """Raises RemiseUnknown for what is no token."""
    if _TOKEN.fullmatch(text) is None:
        raise rules.RemiseUnknown
    return SecretStr(text)


def _session(request: Request) -> SecretStr:
    """Raises SessionOver where this phone has none."""
    text = request.cookies.get(_cookie(_means(request)), "")
    if _TOKEN.fullmatch(text) is None:
        raise rules.SessionOver
    return SecretStr(text)


def _cookie(means: Handing) -> str:
    """Bound to this host, path and https by its name (RFC 6265bis §4.1.3.2)."""
    return "__Host-cer-remise" if is_secure(means.links.public_url) else "cer-remise"
