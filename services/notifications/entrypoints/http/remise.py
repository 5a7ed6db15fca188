"""What the person's own phone is served for their signed CER: the link of the mail, the code, the download.

Served only where the département has set its public address. The link's token stands in the query, which no trace
keeps; looking at the link sends nothing, since mail programs look at links by themselves.
"""

import re
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, SecretStr

from services.notifications.adapters.remise_pages import PAGES
from services.notifications.application.commands import handing
from services.notifications.application.commands.handing import Handing, Try
from services.notifications.domain.remise import rules
from services.notifications.domain.remise.model import SESSION, Remise
from shared.audit.witness import opened
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import KeyReused, Once
from shared.http.problems import Malformed, note_refusal
from shared.kernel.clock import PARIS
from shared.kernel.errors import Refusal
from shared.pages import serving
from shared.pages.route import PersonRoute
from shared.pages.serving import HEADERS, form_of, is_secure
from shared.security.onetime import DIGITS, MAX_TRIES, fingerprint, new_token
from shared.sms.phones import masked

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class RemiseRoute(PersonRoute):
    """Answers every refusal by what it says."""

    pages = PAGES

    @classmethod
    def refused(cls, refusal: Refusal | RequestValidationError) -> Response:
        """The page of how it ended."""
        said = refusal if isinstance(refusal, Refusal) else rules.RemiseUnknown()
        return PAGES.ended(said.title, said.detail, said.status)


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
    token = _token(request.url.query)
    return _landing(request, await _of_link(request, token, "look-at-remise"), token)


@router.post("/r")
async def ask_code(request: Request) -> Response:
    """Sends a code, and shows where to type it; what refuses one leaves the code before it in its place."""
    token = _token((await form_of(request)).get("k", ""))
    remise = await _of_link(request, token, "send-remise-code")
    try:
        await handing.send_code(_means(request), token)
    except (rules.CodeTooSoon, rules.TooManyCodes) as refusal:
        return await _code(request, token, refusal)
    except rules.AskAgain as refusal:
        return _landing(request, remise, token, refusal)
    return await _code(request, token)


@router.post("/r/code")
async def type_code(request: Request) -> Response:
    """The code: counted, then compared. The same form sent twice counts once."""
    form, means = await form_of(request), _means(request)
    token = _token(form.get("k", ""))
    await _of_link(request, token, "enter-remise-code")
    nonce = _token(form.get("nonce", "")).get_secret_value()
    typed = SecretStr("".join(form.get("code", "").split()))
    if re.fullmatch(rf"[0-9]{{{DIGITS}}}", typed.get_secret_value()) is None:
        return await _code(request, token, Malformed(f"Le code a {DIGITS} chiffres : recopiez celui du SMS."))
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
        return await _code(request, token, refusal)
    except KeyReused:
        return await _code(request, token, KeyReused("Saisissez le code à nouveau : la page avait déjà servi."))
    return _to_download(means, session)


@router.get("/r/contrat")
async def contract(request: Request) -> Response:
    """The download's page, on the phone where the code was typed."""
    remise = await _of_session(request, "read-remise")
    until = remise.check_session(_means(request).clock.now())
    size = max(1, round(remise.document.file.size / 1024))
    shown = f"{until.astimezone(PARIS):%H h %M}"
    return PAGES.html("contrat", numero=remise.numero, size_kb=size, until=shown)


@router.get("/r/contrat.pdf")
async def document(request: Request) -> Response:
    """The sealed PDF."""
    remise = await _of_session(request, "download-remise")
    content = await handing.download(_means(request), remise)
    disposition = f"attachment; filename*=UTF-8''{quote(remise.document.name)}"
    return Response(content, media_type="application/pdf", headers={**HEADERS, "Content-Disposition": disposition})


async def _of_link(request: Request, token: SecretStr, operation: str) -> Remise:
    """Whose link it is: what they do is in the audit from here on. Nobody is behind a link that nobody made."""
    remise = await handing.of_link(_means(request), token)
    opened(remise, operation)
    return remise


async def _of_session(request: Request, operation: str) -> Remise:
    """Whose code opened this phone's session, on record as well."""
    remise = await handing.of_session(_means(request), _session(request))
    opened(remise, operation)
    return remise


def _landing(request: Request, remise: Remise, token: SecretStr, refusal: Refusal | None = None) -> Response:
    phone = masked(handing.number(_means(request), remise))
    return _page(request, "landing", refusal, token=token.get_secret_value(), phone=phone, numero=remise.numero)


async def _code(request: Request, token: SecretStr, refusal: Refusal | None = None) -> Response:
    """As the remise stands by now: a try was counted, or a code has left."""
    means = _means(request)
    remise = await handing.of_link(means, token)
    facts = {
        "token": token.get_secret_value(),
        "nonce": new_token().get_secret_value(),
        "phone": masked(handing.number(means, remise)),
        "tries_left": MAX_TRIES - remise.tries,
    }
    return _page(request, "code", refusal, **facts)


def _page(request: Request, template: str, refusal: Refusal | None, **facts: Any) -> Response:
    """With what was refused, if anything was, beside the field where it is put right."""
    if refusal is None:
        return PAGES.html(template, problem="", **facts)
    note_refusal(request, refusal)
    return PAGES.html(template, refusal.status, problem=refusal.detail, **facts)


def _to_download(means: Handing, session: SecretStr) -> Response:
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
