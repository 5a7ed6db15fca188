"""Requests as a stranger to our own client would send them, right or wrong, and the tokens to send them with."""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeyFlexible, RSAKey

from deploy.embedded.personas import PERSONAS
from deploy.journey.system import Running


class Tokens:
    """Tokens by the embedded identity provider's own signing key, with any claim changed."""

    def __init__(self, running: Running) -> None:
        self._issuer = running.state.addresses["issuer"]
        kept = (running.state.folder("idp") / "signing.json").read_text()
        self.key = RSAKey.import_key(json.loads(kept))

    def claims(self, persona: str, **changes: Any) -> dict[str, Any]:
        """What the provider says of a persona, but for the changes; None leaves a claim out."""
        now = int(time.time())
        given = {"iss": self._issuer, "iat": now, "nbf": now, "exp": now + 3600, **PERSONAS[persona].claims, **changes}
        return {name: value for name, value in given.items() if value is not None}

    def token(self, persona: str, key: KeyFlexible | None = None, alg: str = "RS256", **changes: Any) -> str:
        """A token of a persona."""
        header = {"alg": alg, "kid": "cer"}
        return jwt.encode(header, self.claims(persona, **changes), key or self.key, algorithms=[alg])

    def of_a_stranger(self, persona: str) -> str:
        """The same claims under the same key id, by a key that the provider does not have."""
        stranger = ECKey.generate_key("P-256", {"kid": "cer"})
        return self.token(persona, stranger, "ES256")


@dataclass(frozen=True)
class Caller:
    """Sends requests under one token; without one, under none."""

    running: Running
    token: str | None = field(default=None, repr=False)

    def send(
        self,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        *,
        etag: str | None = None,
        key: str | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """One request; `content` is sent as it is. No header stands there that is not given."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"If-Match": etag} if etag else {}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"Content-Type": "application/json"} if content is not None else {}
        url = f"{self.running.state.addresses[service]}{path}"
        sent = None if content is not None else body
        return httpx.request(method, url, json=sent, content=content, headers=headers, timeout=60)

    def post(
        self, service: str, path: str, body: Any = None, *, etag: str | None = None, content: bytes | None = None
    ) -> httpx.Response:
        """A POST with a key of its own."""
        given = body if body is not None or content is not None else {}
        return self.send("POST", service, path, given, etag=etag, key=str(uuid4()), content=content)

    def get(self, service: str, path: str) -> httpx.Response:
        """A GET."""
        return self.send("GET", service, path)


def refused(answer: httpx.Response, status: int, code: str, advice: str) -> dict[str, Any]:
    """Asserts that this is a problem document (RFC 9457) of ours, whose detail says what to do; gives the document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["type"]) == (status, f"urn:cer:problem:{code}"), answer.text
    assert problem["status"] == status
    assert problem["title"]
    assert advice in problem["detail"], problem["detail"]
    return problem


def fields(problem: dict[str, Any]) -> dict[str, str]:
    """The fields that a problem names, each with its code."""
    assert all(error["message"] for error in problem["errors"])
    return {error["field"]: error["code"] for error in problem["errors"]}
