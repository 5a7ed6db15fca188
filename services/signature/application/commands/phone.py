"""What the person does on their own phone: opens the link, looks at the pages, types the code."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from services.signature.application.commands.means import Means
from services.signature.domain.link import link_hash, session_hash
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Code
from services.signature.domain.values import Origin
from shared.database.unit_of_work import UnitOfWork
from shared.security.onetime import new_token


@dataclass(frozen=True)
class Visit:
    """The request that the phone looks at, and the code whose link it opened."""

    request: SignatureRequest
    code: Code

    def check(self, now: datetime) -> None:
        """Whether the code can still be typed here. Raises LinkDead."""
        self.request.check_link(self.code, now)


async def open_link(means: Means, uow: UnitOfWork, token: SecretStr, origin: Origin) -> tuple[Visit, SecretStr]:
    """Opens a link, once, and gives the token of the session that it opens. Raises LinkDead."""
    requests, hashed = means.requests_of(uow), link_hash(means.pepper, token)
    request = await requests.of_token(hashed)
    code = next(code for code in request.codes if code.link_hash == hashed)
    request.origin = origin
    session = new_token()
    request.open_link(code, session_hash(means.pepper, session), means.clock.now())
    await requests.save(request)
    return Visit(request, code), session


async def visit(means: Means, uow: UnitOfWork, session: SecretStr) -> Visit:
    """What a session may look at, the request locked. Raises LinkDead."""
    hashed = session_hash(means.pepper, session)
    request = await means.requests_of(uow).of_token(hashed)
    return Visit(request, next(code for code in request.codes if code.session_hash == hashed))
