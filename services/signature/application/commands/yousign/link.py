"""Where the person signs: the link of Yousign, asked for each time and kept nowhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.signature.application.ports import (
    ProviderAwayError,
    ProviderRefusedError,
    RemotesOf,
    RequestsOf,
    SigningProvider,
)
from services.signature.domain.values import Origin
from services.signature.domain.yousign.refusals import YousignAway
from services.signature.domain.yousign.remote import Remote
from services.signature.domain.yousign.request import check_link
from shared.database.engine import Database
from shared.kernel.clock import Clock
from shared.security.principal import Principal


@dataclass(frozen=True)
class Window:
    """What asks Yousign for links, and hears its webhooks: `secret` proves them."""

    database: Database
    requests_of: RequestsOf
    remotes_of: RemotesOf
    provider: SigningProvider
    secret: bytes
    clock: Clock


@dataclass(frozen=True)
class Link:
    """Where to sign, and until when the link opens."""

    url: str
    expires_at: datetime | None


async def signing_link(window: Window, request_id: UUID, agent: Principal, origin: Origin) -> Link:
    """The link, for who has the CER signed; that they asked for it is a step of the evidence.

    Raises NotFound, NotYourCer, NotAtYousign, LinkNotReady, YousignAway.
    """
    async with window.database.begin() as uow:
        request = await window.requests_of(uow).read(request_id)
        request.check(agent, "read-link")
        check_link(request)
        remote = await window.remotes_of(uow).get(request_id)
    link = await _asked(window, remote)
    async with window.database.begin() as uow:
        requests = window.requests_of(uow)
        request = await requests.get(request_id)
        check_link(request)
        request.origin = origin
        request.steps.append(request.step(window.clock.now(), "read_link", agent.subject))
        await requests.save(request)
    return link


async def _asked(window: Window, remote: Remote) -> Link:
    try:
        signer = await window.provider.signer(str(remote.remote_id), str(remote.signer_id))
    except (ProviderAwayError, ProviderRefusedError):
        raise YousignAway from None
    if signer.link is None:
        raise YousignAway
    return Link(signer.link, signer.link_expires_at)
