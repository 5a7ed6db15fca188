"""Who may do what: each service has one table, and each endpoint names its line of it. Deny by default."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import Depends, Header, Request

from shared.accounts.following import Accounts
from shared.kernel.errors import Forbidden
from shared.security.principal import Principal, Role
from shared.security.tokens import NotAuthenticated, TokenVerifier

Rights = Mapping[str, frozenset[Role]]


async def principal(request: Request, authorization: Annotated[str | None, Header()] = None) -> Principal:
    """The agent who asks: from the bearer token (RFC 6750), completed by the directory as the service knows it.

    Raises NotAuthenticated, AgentDeactivated.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated("Connectez-vous : la demande ne porte aucun jeton d'accès.")
    verifier: TokenVerifier = request.app.state.tokens
    agent = await verifier.principal(token)
    accounts: Accounts | None = request.app.state.accounts
    return agent if accounts is None else await accounts.at_work(agent)


def allowed(rights: Rights, operation: str) -> Callable[..., Awaitable[Principal]]:
    """A dependency: the agent, when their role may do this operation. Raises Forbidden.

    Territory and authorship are checked where the object is known, by the service.
    """
    roles = rights[operation]

    async def check(agent: Annotated[Principal, Depends(principal)]) -> Principal:
        if agent.role not in roles:
            raise Forbidden("Votre rôle ne permet pas cette action : adressez-vous au service insertion.")
        return agent

    check.operation = operation  # type: ignore[attr-defined]  # read by the test that no endpoint is without a line
    return check
