"""Where the person signs: the link of Yousign, asked for each time and kept nowhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.signature.application.commands.counting import count_code
from services.signature.application.commands.means import Means, code_binding
from services.signature.application.ports import (
    ProviderAwayError,
    ProviderRefusedError,
    RemotesOf,
    SigningProvider,
)
from services.signature.domain.values import Origin
from services.signature.domain.yousign.refusals import YousignAway
from services.signature.domain.yousign.remote import Remote
from services.signature.domain.yousign.request import READ_LINK, a_code_more, check_link
from shared.security.principal import Principal

# What Yousign's SMS costs is not known here: it counts as the shortest.
_SEGMENTS = 1


@dataclass(frozen=True)
class Window:
    """What asks Yousign for links, and hears its webhooks: `secret` proves them."""

    means: Means
    remotes_of: RemotesOf
    provider: SigningProvider
    secret: bytes


@dataclass(frozen=True)
class Link:
    """Where to sign, and until when the link opens."""

    url: str
    expires_at: datetime | None


async def signing_link(window: Window, request_id: UUID, agent: Principal, origin: Origin) -> Link:
    """The link, for who has the CER signed; that they asked for it is a step of the evidence.

    Behind it Yousign sends a code, which counts as one of ours. Raises NotFound, NotYourCer, NotAtYousign,
    LinkNotReady, YousignAway, and the refusals of `count_code`.
    """
    means = window.means
    async with means.database.begin() as uow:
        request = await means.requests_of(uow).read(request_id)
        request.check(agent, "read-link")
        check_link(request)
        remote = await window.remotes_of(uow).get(request_id)
    link = await _asked(window, remote)
    async with means.database.begin() as uow:
        requests, now = means.requests_of(uow), means.clock.now()
        request = await requests.get(request_id)
        check_link(request)
        request.origin = origin
        counted = a_code_more(await requests.history(request_id), now)
        if counted:
            await count_code(means, uow, (request, agent.subject, code_binding(means, request).phone), _SEGMENTS)
        request.steps.append(request.step(now, READ_LINK, agent.subject, codes=int(counted)))
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
