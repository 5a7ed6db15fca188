"""The templates that serve, for the admin: what each says, to made-up people."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.notifications.adapters.templates.checking import previews
from services.notifications.adapters.templates.library import Library
from services.notifications.domain.catalog import CATALOG
from services.notifications.domain.rights import RIGHTS
from shared.http.rights import allowed
from shared.kernel.errors import NotFound
from shared.security.principal import Principal
from shared.sms.text import measure

router = APIRouter(prefix="/message-templates", tags=["templates"])

Admin = Annotated[Principal, Depends(allowed(RIGHTS, "preview-templates"))]


class TemplateLine(BaseModel):
    """A template, and the version that serves."""

    template: str
    title: str
    audience: str
    channels: tuple[str, ...]
    pace: str
    optional: bool
    version: str


class TemplateList(BaseModel):
    """All of them, by name."""

    templates: list[TemplateLine]


class TemplatePreview(BaseModel):
    """What it says in one made-up case; `segments` is what the SMS costs."""

    subject: str
    text: str
    html: str
    sms: str = ""
    segments: int = 0


class TemplateShown(TemplateLine):
    """A template with its made-up cases."""

    previews: list[TemplatePreview]


@router.get("")
async def list_templates(request: Request, _: Admin) -> TemplateList:
    """Every template that serves."""
    library: Library = request.app.state.library
    lines = [TemplateLine(**_facts(edition.template, edition.version)) for edition in library.all()]
    return TemplateList(templates=lines)


@router.get("/{template}")
async def show_template(request: Request, template: str, _: Admin) -> TemplateShown:
    """What a template says, to made-up people."""
    state = request.app.state
    if template not in CATALOG or not CATALOG[template].parts:
        raise NotFound("Aucun modèle de message ne porte ce nom : voyez la liste des modèles.")
    shown = previews(state.library, template, state.clock)
    cases = [
        TemplatePreview(
            subject=one.words.subject,
            text=one.words.text,
            html=one.words.html,
            sms=one.words.sms or "",
            segments=measure(one.words.sms).segments if one.words.sms else 0,
        )
        for one in shown
    ]
    return TemplateShown(**_facts(template, shown[0].version), previews=cases)


def _facts(template: str, version: str) -> dict[str, object]:
    kind = CATALOG[template]
    return {
        "template": template,
        "title": kind.title,
        "audience": kind.audience.value,
        "channels": tuple(channel.value for channel in kind.channels),
        "pace": kind.pace.value,
        "optional": kind.optional,
        "version": version,
    }
