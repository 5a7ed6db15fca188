"""The pages of a service, over one base, style and set of headers. No account, no script, no tracking."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_BASE = Path(__file__).resolve().parent / "templates"
_STYLE = (_BASE / "phone.css").read_text()

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}

_AWAY: Final = (
    "Page indisponible",
    "Cette page ne peut pas être affichée en ce moment. Réessayez dans quelques minutes ; si cela dure, dites-le à "
    "votre référent.",
)
_UNKNOWN: Final = (
    "Page introuvable",
    "Cette adresse n'existe pas. Revenez à la page d'avant, ou ouvrez le lien que vous avez reçu, en entier ; s'il ne "
    "mène nulle part, dites-le à votre référent.",
)
_UNREADABLE: Final = (
    "Saisie illisible",
    "Ce qui a été envoyé n'a pas pu être lu, et rien n'a été enregistré. Revenez à la page d'avant et recommencez ; si "
    "cela dure, dites-le à votre référent.",
)


class Pages:
    """A service's pages. `style` is where it serves the style; `of` ends their titles: what they are about."""

    def __init__(self, templates: Path, style: str, of: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([templates, _BASE]), undefined=StrictUndefined, autoescape=True
        )
        self._environment.globals.update(style=style, of=of)

    def html(self, template: str, status: int = 200, **facts: Any) -> Response:
        """A page. Raises jinja2.UndefinedError when a fact is missing."""
        shown = self._environment.get_template(f"{template}.html").render(**facts)
        return HTMLResponse(shown, status, headers=HEADERS)

    def ended(self, heading: str, said: str, status: int) -> Response:
        """A page that says how it ended."""
        return self.html("ended", status, heading=heading, said=said)

    def failed(self, status: int) -> Response:
        """A page for what was answered by no other: there is no such page, or what was sent, or we, are at fault."""
        words = _AWAY if status >= 500 else _UNKNOWN if status in {404, 405} else _UNREADABLE
        return self.ended(*words, status)


def style() -> Response:
    """The style of every page."""
    return Response(_STYLE, media_type="text/css", headers={**HEADERS, "Cache-Control": "max-age=3600"})


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, as browsers send it; one that is not one has none."""
    try:
        fields = parse_qs((await request.body()).decode(), max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def is_secure(public_url: str) -> bool:
    """Whether cookies are for https alone: everywhere but on the machine of a trial."""
    return public_url.startswith("https://")
