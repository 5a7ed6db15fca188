"""An HTTP client that never gives a command up: the same key again until an answer comes."""

import asyncio
import random
from typing import Any
from uuid import uuid4

import httpx

from shared.security.principal import Role
from tests.chaos.system import System

RETRIED = {500, 502, 503, 504}


class Refused(Exception):  # noqa: N818 - the service's word
    """The service answered, and said no."""

    def __init__(self, response: httpx.Response) -> None:
        asked = f"{response.request.method} {response.request.url}"
        super().__init__(f"{asked}: {response.status_code} {response.text[:300]}")
        self.status = response.status_code
        self.code = str(response.json().get("type", "")).rpartition(":")[2] if response.content else ""


class Client:
    """The calls of one agent."""

    def __init__(self, system: System, role: Role, subject: str, **claims: str) -> None:
        self._system = system
        self._http = httpx.AsyncClient(timeout=10.0)
        self._headers = system.issuer.issuer.headers(role, subject, **claims)

    async def get(self, service: str, path: str, **params: Any) -> httpx.Response:
        """GET until it is answered."""
        return await self._until_answered("GET", service, path, params=params)

    async def post(self, service: str, path: str, body: Any = None, etag: str = "") -> httpx.Response:
        """POST with one key, until it is answered. Raises Refused."""
        headers = {"Idempotency-Key": str(uuid4())} | ({"If-Match": etag} if etag else {})
        return await self._until_answered("POST", service, path, json=body or {}, headers=headers)

    async def put(self, service: str, path: str, body: Any, etag: str) -> httpx.Response:
        """PUT from a version, until it is answered. Raises Refused."""
        return await self._until_answered("PUT", service, path, json=body, headers={"If-Match": etag})

    async def delete(self, service: str, path: str, etag: str) -> httpx.Response:
        """DELETE until it is answered. Raises Refused."""
        return await self._until_answered("DELETE", service, path, headers={"If-Match": etag})

    async def _until_answered(self, method: str, service: str, path: str, **parts: Any) -> httpx.Response:
        parts["headers"] = {**self._headers, **parts.get("headers", {})}
        pause = 0.05
        while True:
            try:
                response = await self._http.request(method, f"{self._system.address(service)}{path}", **parts)
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code not in RETRIED:
                if response.is_success:
                    return response
                raise Refused(response)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, 1.0)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()
