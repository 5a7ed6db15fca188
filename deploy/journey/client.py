"""A script's view of the services' APIs: tokens, idempotency keys, versions, and patience."""

import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import httpx

T = TypeVar("T")


class UnexpectedAnswer(Exception):  # noqa: N818 - it names what happened
    """A service answered something else than what the step needs."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        body = response.json() if "json" in response.headers.get("content-type", "") else {}
        self.problem: dict[str, Any] = body if isinstance(body, dict) else {}
        detail = self.problem.get("detail") or response.text[:300]
        super().__init__(f"{response.request.method} {response.request.url.path} : {response.status_code} {detail}")

    @property
    def code(self) -> str:
        """The problem's stable code, without its URN."""
        return str(self.problem.get("type", "")).rpartition(":")[2]


class Agent:
    """One persona's calls, each with a traceparent that the caller may choose."""

    def __init__(self, token: str, addresses: dict[str, str]) -> None:
        self._addresses = addresses
        self._client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30.0)
        self.traceparent: str | None = None

    def get(self, service: str, path: str, **params: Any) -> httpx.Response:
        """GET; raises UnexpectedAnswer unless 2xx."""
        return self._send("GET", service, path, params=params)

    def post(self, service: str, path: str, body: Any = None, etag: str = "") -> httpx.Response:
        """POST with an idempotency key of its own; from a version where the API asks for one."""
        headers = {"Idempotency-Key": str(uuid4())} | ({"If-Match": etag} if etag else {})
        return self._send("POST", service, path, json=body if body is not None else {}, headers=headers)

    def put(self, service: str, path: str, body: Any, etag: str) -> httpx.Response:
        """PUT from a version."""
        return self._send("PUT", service, path, json=body, headers={"If-Match": etag})

    def delete(self, service: str, path: str, etag: str) -> httpx.Response:
        """DELETE of a version."""
        return self._send("DELETE", service, path, headers={"If-Match": etag})

    def _send(self, method: str, service: str, path: str, **parts: Any) -> httpx.Response:
        if self.traceparent:
            parts["headers"] = {**parts.get("headers", {}), "traceparent": self.traceparent}
        response = self._client.request(method, f"{self._addresses[service]}{path}", **parts)
        if not response.is_success:
            raise UnexpectedAnswer(response)
        return response

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()


def wait_for(look: Callable[[], T | None], what: str, seconds: float = 60.0) -> T:
    """What `look` finds, as soon as it finds something. Raises TimeoutError with `what` was awaited."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.05)
    raise TimeoutError(f"rien après {seconds:.0f} s : {what}")
