"""An identity provider in memory: it answers discovery and keys, and issues agents' tokens."""

import time
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from shared.security.principal import Role
from shared.security.tokens import TokenVerifier

ISSUER = "https://identity.test/cer"
AUDIENCE = "cer"


class Issuer:
    """Issues tokens that its own `verifier` accepts."""

    def __init__(self, url: str = ISSUER) -> None:
        self.url = url
        self._key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        self.verifier = TokenVerifier(url, AUDIENCE, client)

    def token(self, role: Role | str, subject: str = "agent-test", **claims: Any) -> str:
        """An access token of an agent, valid for an hour."""
        now = int(time.time())
        given = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + 3600,
            "role": str(role),
            "name": "Agent Fictif",
            "quality": "Agent",
        }
        return jwt.encode({"alg": "RS256", "kid": "test"}, {**given, **claims}, self._key, algorithms=["RS256"])

    def headers(self, role: Role | str, subject: str = "agent-test", **claims: Any) -> dict[str, str]:
        """The authorization header of an agent."""
        return {"Authorization": f"Bearer {self.token(role, subject, **claims)}"}

    def keys(self) -> dict[str, Any]:
        """The public keys, as a JWK set."""
        return {"keys": [self._key.as_dict(private=False)]}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json={"jwks_uri": "https://identity.test/keys"})
        return httpx.Response(200, json=self.keys())
