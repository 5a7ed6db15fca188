"""What the person's own phone is served: the one-time link, the pages, the code. No account, no script, no tracking.

Served only where the département has set its public address. The link's token stands in the query, which no trace
keeps, and opens by a button alone, since phones look at links by themselves.
"""

import re
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, SecretStr, ValidationError

from services.signature.adapters.phone_pages import PAGES
from services.signature.application import queries
from services.signature.application.commands import acts, entry, phone
from services.signature.application.commands.entry import Try
from services.signature.application.commands.means import Order
from services.signature.application.commands.phone import Visit
from services.signature.domain import rules
from services.signature.domain.link import PERSON, LinkDead
from services.signature.domain.states import State
from services.signature.entrypoints.http.bodies import CodeBody
from services.signature.entrypoints.http.desk import AtDesk, Desk
from shared.audit.slip import enter_with
from shared.audit.witness import opened
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import KeyReused, Once
from shared.http.problems import Malformed, note_refusal
from shared.kernel.clock import PARIS
from shared.kernel.errors import Refusal
from shared.pages import serving as pages
from shared.pages.route import PersonRoute
from shared.pages.serving import HEADERS, form_of, is_secure
from shared.security.onetime import fingerprint, new_token

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

_SIGNED: Final = ("Contrat signé", "Votre contrat est signé. Votre référent vous en remet ou envoie un exemplaire.")
# How it went, in the person's words: what the référent would do is not theirs to do.
_ENDS: Final = {
    State.SIGNED: _SIGNED,
    State.COMPLETED: _SIGNED,
    State.REFUSED: ("Signature refusée", "Vous avez refusé de signer. Votre référent en est informé."),
    State.LOCKED: ("Trop d'essais", "Trop de codes ont été essayés. Demandez à votre référent de recommencer."),
}
_DEAD: Final = (
    "Lien périmé",
    "Ce lien ne sert plus : il a déjà été ouvert, ses 10 minutes sont passées, ou la demande est close. "
    "Demandez un nouveau SMS à votre référent, ou dites-lui le code.",
)


class PhoneRoute(PersonRoute):
    """Answers every refusal by the page of a dead link."""

    pages = PAGES

    @classmethod
    def refused(cls, refusal: Refusal | RequestValidationError) -> Response:
        """The page of a dead link."""
        return PAGES.ended(*_DEAD, getattr(refusal, "status", LinkDead.status))


router = APIRouter(route_class=PhoneRoute, include_in_schema=False)


class Counted(BaseModel):
    """What the key of a form keeps: nothing of the code."""

    tries: int


@router.get("/s/style.css")
async def style() -> Response:
    """The style of every page."""
    return pages.style()


@router.get("/s")
async def landing(request: Request) -> Response:
    """Where the link leads. Looking at it opens nothing."""
    return PAGES.html("landing", token=_token(request.url.query).get_secret_value())


@router.post("/s")
async def open_link(request: Request, at: AtDesk) -> Response:
    """Opens the link, once: what follows is known by a cookie of this phone, for the rest of the ten minutes."""
    token = _token((await form_of(request)).get("k", ""))
    async with at.means.database.begin() as uow:
        visit, session = await phone.open_link(at.means, uow, token, at.origin)
        opened(visit.request, "open-link-on-phone")
        enter_with(uow)
    answer = RedirectResponse("/s/contrat", status_code=303, headers=HEADERS)
    left = visit.code.expires_at - at.means.clock.now()
    answer.set_cookie(
        _cookie(at),
        session.get_secret_value(),
        max_age=int(left.total_seconds()),
        secure=is_secure(at.means.public_url),
        httponly=True,
        samesite="strict",
    )
    return answer


@router.get("/s/contrat")
async def contract(request: Request, at: AtDesk) -> Response:
    """The contract's pages, then the code's field; or how it ended."""
    return await _contract(at, await _visit(request, at, "read-on-phone"))


@router.get("/s/pages/{number}")
async def read_page(request: Request, number: int, at: AtDesk) -> Response:
    """A page of the very PDF that is signed; the server keeps that the person's phone was served it."""
    visit = await _visit(request, at, "read-page-on-phone")
    visit.check(at.means.clock.now())
    image = await at.pages.png(await at.objects.get(queries.shown_document(visit.request, number)), number)
    async with at.means.database.begin() as uow:
        await acts.record_page(at.means, uow, Order(visit.request.id, PERSON, at.origin), number)
    return Response(image, media_type="image/png", headers=HEADERS)


@router.post("/s/code")
async def type_code(request: Request, at: AtDesk) -> Response:
    """The code, typed by the person: counted with the référent's tries, then compared. Sent twice, it counts once."""
    visit, form = await _visit(request, at, "enter-code-on-phone"), await form_of(request)
    try:
        typed = CodeBody(code=SecretStr(form.get("code", ""))).code
    except ValidationError:
        malformed = Malformed("Le code a 6 chiffres : recopiez celui du SMS.")
        note_refusal(request, malformed)
        return await _contract(at, visit, malformed.detail, malformed.status)
    order, counted = Order(visit.request.id, PERSON, at.origin), list[Try]()

    async def count(uow: UnitOfWork) -> tuple[Counted, int]:
        (await phone.visit(at.means, uow, _session(request, at))).check(at.means.clock.now())
        found, tried = await entry.count_try(at.means, uow, order)
        counted.append(tried)
        return Counted(tries=tried.number), found.version

    said = None
    try:
        await _once(at, visit, form, typed.get_secret_value()).run(count)
        if counted:
            await entry.judge(at.means, order, counted[0], typed)
        else:
            queries.try_answer((await _visit(request, at, "enter-code-on-phone")).request)
    except rules.WrongCode as wrong:
        left = f"{wrong.tries_left} essai{'s' if wrong.tries_left > 1 else ''}"
        said = f"Ce n'est pas le code du SMS. Il vous reste {left}."
        note_refusal(request, wrong)
    except KeyReused as reused:
        note_refusal(request, reused)
        said = "Saisissez le code à nouveau : la page avait déjà servi."
    except rules.TooManyTries as locked:
        note_refusal(request, locked)  # the page says so
    return await _contract(at, await _visit(request, at, "enter-code-on-phone"), said, 422 if said else 200)


@router.post("/s/refus")
async def refuse(request: Request, at: AtDesk) -> Response:
    """REFUSER, by the person."""
    visit, form = await _visit(request, at, "refuse-on-phone"), await form_of(request)

    async def act(uow: UnitOfWork) -> tuple[Counted, int]:
        (await phone.visit(at.means, uow, _session(request, at))).check(at.means.clock.now())
        found = await acts.refuse(at.means, uow, Order(visit.request.id, PERSON, at.origin), "")
        return Counted(tries=found.tries), found.version

    await _once(at, visit, form, "refus").run(act)
    return await _contract(at, await _visit(request, at, "refuse-on-phone"))


async def _contract(at: Desk, visit: Visit, problem: str | None = None, status: int = 200) -> Response:
    if visit.request.state in _ENDS:
        return PAGES.ended(*_ENDS[visit.request.state], 200)
    visit.check(at.means.clock.now())
    asked, edition = visit.request.halves()
    pdf = await at.objects.get(edition.document)
    facts = {
        "numero": asked.numero,
        "reference": edition.document.sha256[:8].upper(),
        "texts": [await at.pages.text(pdf, number) for number in range(1, edition.pages + 1)],
        "until": f"{visit.code.expires_at.astimezone(PARIS):%H h %M}",
        "tries_left": rules.MAX_TRIES - visit.request.tries,
        "nonce": new_token().get_secret_value(),
        "problem": problem,
    }
    return PAGES.html("contract", status, **facts)


async def _visit(request: Request, at: Desk, operation: str) -> Visit:
    """Whose phone it is: what they do is in the audit from here on. Nobody is behind a link that nobody made."""
    async with at.means.database.begin() as uow:
        visit = await phone.visit(at.means, uow, _session(request, at))
    opened(visit.request, operation)
    return visit


def _once(at: Desk, visit: Visit, form: dict[str, str], content: str) -> Once:
    """The form's own key: sent again by a hasty finger, it is not counted again."""
    nonce = _token(form.get("nonce", "")).get_secret_value()
    marked = fingerprint(at.means.pepper, f"{visit.code.id}|{content}")
    return Once(at.means.database, f"person:{visit.request.id}", nonce, marked)


def _token(text: str) -> SecretStr:
    """Raises LinkDead for what is no token."""
    if _TOKEN.fullmatch(text) is None:
        raise LinkDead
    return SecretStr(text)


def _session(request: Request, at: Desk) -> SecretStr:
    return _token(request.cookies.get(_cookie(at), ""))


def _cookie(at: Desk) -> str:
    """Bound to this host, path and https by its name (RFC 6265bis §4.1.3.2)."""
    return "__Host-cer" if is_secure(at.means.public_url) else "cer"
