"""Checks access tokens as an OAuth 2.0 resource server (RFC 9068, RFC 8725): issuer, audience, times, algorithm."""

import asyncio
import re
import time
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from shared.kernel.errors import Refusal
from shared.security.principal import Principal, Role

ALGORITHMS = ["RS256", "ES256", "PS256"]
LEEWAY_SECONDS = 30
# An unknown key id may be a rotation, or an attack: the keys are asked for again at most this often.
REFRESH_SECONDS = 30.0
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class NotAuthenticated(Refusal):
    """No token, or one that is not valid here."""

    code = "not-authenticated"
    title = "Connexion requise"
    status = 401


class IdentityProviderAway(Refusal):
    """The identity provider's keys cannot be had right now."""

    code = "identity-provider-away"
    title = "Fournisseur d'identité injoignable"
    status = 503


class TokenVerifier:
    """Verifies tokens of one issuer for one audience; keys are cached by `kid`."""

    def __init__(self, issuer: str, audience: str, client: httpx.AsyncClient | None = None) -> None:
        self._issuer = issuer
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._client = client or httpx.AsyncClient(timeout=5.0)
        self._keys: KeySet | None = None
        self._asked = 0.0
        self._lock = asyncio.Lock()

    async def principal(self, token: str) -> Principal:
        """The agent of a token. Raises NotAuthenticated, IdentityProviderAway."""
        return principal_of(await self._verified_claims(token))

    async def _verified_claims(self, token: str) -> dict[str, Any]:
        keys = self._keys or await self._refresh()
        try:
            try:
                decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            except (InvalidKeyIdError, ValueError):
                decoded = jwt.decode(token, await self._refresh(), algorithms=ALGORITHMS)
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise NotAuthenticated("Votre session n'est pas valable ou a expiré : reconnectez-vous.") from error
        return dict(decoded.claims)

    async def _refresh(self) -> KeySet:
        async with self._lock:
            if self._keys is not None and time.monotonic() - self._asked < REFRESH_SECONDS:
                return self._keys
            try:
                discovery = await self._client.get(f"{self._issuer}/.well-known/openid-configuration")
                answer = await self._client.get(discovery.raise_for_status().json()["jwks_uri"])
                self._keys = KeySet.import_key_set(answer.raise_for_status().json())
            except (httpx.HTTPError, KeyError, ValueError, JoseError) as error:
                raise IdentityProviderAway(
                    "Le service de connexion ne répond pas : réessayez dans un instant."
                ) from error
            self._asked = time.monotonic()
            return self._keys

    async def close(self) -> None:
        await self._client.aclose()


def principal_of(claims: dict[str, Any]) -> Principal:
    """Reads our claims: `role`, `name`, `email`, `quality`, `territory`. Raises NotAuthenticated.

    Each is one text: a list of territories, say, would otherwise be compared with one and fail somewhere inside.
    """
    try:
        role = Role(_text(claims, "role") or "")
    except ValueError as error:
        raise NotAuthenticated(
            "Votre compte n'a aucun rôle dans ce logiciel : demandez-le au service informatique."
        ) from error
    subject = _text(claims, "sub")
    if subject is None:
        raise NotAuthenticated("Votre compte n'a pas d'identifiant : signalez-le au service informatique.")
    return Principal(
        subject=subject,
        role=role,
        territory=_text(claims, "territory"),
        full_name=_text(claims, "name") or subject,
        mail=_text(claims, "email"),
        quality=_text(claims, "quality") or "",
    )


def _text(claims: dict[str, Any], name: str) -> str | None:
    """One text, or nothing. Raises NotAuthenticated for anything else."""
    value = claims.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or _CONTROL.search(value):
        raise NotAuthenticated(
            f"La donnée « {name} » de votre compte n'a pas la forme attendue : signalez-le au service informatique."
        )
    return value
