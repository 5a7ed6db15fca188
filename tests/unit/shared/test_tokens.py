"""Only a token of our issuer, for us, in time, signed as we allow, opens the door."""

import base64
import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from shared.security.principal import Role
from shared.security.tokens import IdentityProviderAway, NotAuthenticated, TokenVerifier, principal_of
from tests.builders.tokens import AUDIENCE, ISSUER, Issuer


async def test_a_good_token_says_who_asks() -> None:
    issuer = Issuer()
    token = issuer.token(Role.REFERENT, "agent-1", territory="nord", name="Camille Fictive", email="c@example.org")
    agent = await issuer.verifier.principal(token)
    assert (agent.subject, agent.role, agent.territory, agent.mail) == ("agent-1", "referent", "nord", "c@example.org")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.test/cer"},
        {"aud": "another"},
        {"exp": int(time.time()) - 3600},
        {"nbf": int(time.time()) + 3600},
    ],
)
async def test_a_wrong_claim_is_refused(claims: dict[str, Any]) -> None:
    issuer = Issuer()
    with pytest.raises(NotAuthenticated):
        await issuer.verifier.principal(issuer.token(Role.ADMIN, **claims))


@pytest.mark.parametrize("role", ["superuser", ""])
async def test_a_role_that_we_do_not_know_is_refused(role: str) -> None:
    issuer = Issuer()
    with pytest.raises(NotAuthenticated, match="aucun rôle"):
        await issuer.verifier.principal(issuer.token(role))


async def test_a_token_of_another_key_is_refused() -> None:
    with pytest.raises(NotAuthenticated):
        await Issuer().verifier.principal(Issuer().token(Role.ADMIN))


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
async def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(NotAuthenticated):
        await Issuer().verifier.principal(token)


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused() -> None:
    issuer = Issuer()
    secret = OctKey.import_key(issuer.keys()["keys"][0]["n"])
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "exp": now + 60, "role": "admin"}
    forged = jwt.encode({"alg": "HS256", "kid": "test"}, claims, secret, algorithms=["HS256"])
    with pytest.raises(NotAuthenticated):
        await issuer.verifier.principal(forged)


async def test_unknown_keys_do_not_make_us_hammer_the_identity_provider() -> None:
    asked = 0
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json={"jwks_uri": f"{ISSUER}/keys"})
        return httpx.Response(200, json={"keys": [key.as_dict(private=False)]})

    verifier = TokenVerifier(ISSUER, AUDIENCE, httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    for _ in range(20):
        with pytest.raises(NotAuthenticated):
            await verifier.principal(Issuer().token(Role.ADMIN))
    assert asked == 2


async def test_an_identity_provider_that_is_away_is_said_so() -> None:
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(503)))
    with pytest.raises(IdentityProviderAway, match="réessayez"):
        await TokenVerifier(ISSUER, AUDIENCE, client).principal(Issuer().token(Role.ADMIN))


@pytest.mark.parametrize(
    "claims",
    [
        {"name": "Camille\r\nBcc: x@example.org"},
        {"territory": ["nord", "sud"]},
        {"territory": 7},
        {"territory": "no\x00rd"},
        {"sub": 7},
        {"sub": "a\x00b"},
        {"sub": ["agent-1"]},
        {"email": {"value": "c@example.org"}},
        {"name": ["Camille"]},
        {"quality": 3},
        {"exp": "tomorrow"},
        {"exp": [1]},
        {"aud": {"cer": 1}},
        {"nbf": "never"},
    ],
)
async def test_a_claim_of_another_kind_is_refused(claims: dict[str, Any]) -> None:
    issuer = Issuer()
    with pytest.raises(NotAuthenticated):
        await issuer.verifier.principal(issuer.token(Role.ADMIN, **claims))


@pytest.mark.parametrize("role", [["admin"], {"admin": True}, 1, None])
def test_a_role_that_is_not_one_text_is_refused(role: object) -> None:
    with pytest.raises(NotAuthenticated):
        principal_of({"sub": "agent-1", "role": role})


@pytest.mark.parametrize("header", [b"[" * 30_000, b'{"alg": ["RS256"]}', b'{"alg": "RS256", "kid": {}}', b"7", b'"a"'])
async def test_a_header_of_another_form_is_refused(header: bytes) -> None:
    issuer = Issuer()
    _, payload, signature = issuer.token(Role.ADMIN).split(".")
    made = base64.urlsafe_b64encode(header).rstrip(b"=").decode()
    with pytest.raises(NotAuthenticated):
        await issuer.verifier.principal(f"{made}.{payload}.{signature}")
