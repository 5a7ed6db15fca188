"""Who may do what: each service has one table, and each endpoint names its line of it. Deny by default."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request

from shared.accounts.following import Accounts
from shared.audit.slip import current
from shared.kernel.errors import Forbidden
from shared.security.principal import Principal, Role
from shared.security.tokens import NotAuthenticated, TokenVerifier

Rights = Mapping[str, frozenset[Role]]


async def bearer(request: Request, authorization: Annotated[str | None, Header()] = None) -> Principal:
    """The agent of the bearer token (RFC 6750), whether or not their account is open. Raises NotAuthenticated."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated("Connectez-vous : la demande ne porte aucun jeton d'accès.")
    verifier: TokenVerifier = request.app.state.tokens
    return await verifier.principal(token)


async def principal(request: Request, agent: Annotated[Principal, Depends(bearer)]) -> Principal:
    """The agent who asks: of the token, completed by the directory as the service knows it. Raises AgentDeactivated."""
    accounts: Accounts | None = request.app.state.accounts
    return agent if accounts is None else await accounts.at_work(agent)


def allowed(rights: Rights, operation: str) -> Callable[..., Awaitable[Principal]]:
    """A dependency: the agent, when their role may do this operation. Raises AgentDeactivated, Forbidden.

    Territory and authorship are checked where the object is known, by the service. The line of the request in the
    audit begins here, before the right is checked: who is refused stands in it too.
    """
    roles = rights[operation]

    async def begin(request: Request, agent: Annotated[Principal, Depends(bearer)]) -> None:
        if (slip := current()) is not None:
            slip.begin(agent, operation).names(_named(request, "dossier_id"), _named(request, "cer_id"))

    async def check(_: Annotated[None, Depends(begin)], agent: Annotated[Principal, Depends(principal)]) -> Principal:
        if (slip := current()) is not None and slip.trail is not None:
            slip.trail.who = agent
        if agent.role not in roles:
            raise Forbidden("Votre rôle ne permet pas cette action : adressez-vous au service insertion.")
        return agent

    check.operation = operation  # type: ignore[attr-defined]  # read by the test that no endpoint is without a line
    return check


def _named(request: Request, name: str) -> UUID | None:
    """The id that the address of the request gives by this name, in its path or its query."""
    try:
        return UUID(request.path_params.get(name) or request.query_params.get(name) or "")
    except ValueError:
        return None
