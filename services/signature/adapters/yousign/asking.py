"""One question to Yousign, and what each kind of answer or silence means.

Its limits are 60 calls a minute and 1,200 an hour in production (developers.yousign.com/docs/limits-new): a call that
was refused for their sake holds every later one back until the time that the answer names.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
from prometheus_client import Counter
from pydantic import SecretStr

from services.signature.application.ports import (
    ProviderAwayError,
    ProviderLostError,
    ProviderRefusedError,
    SignedFileError,
)
from shared.kernel.clock import Clock

# An answer that comes a byte at a time is given up after so many time-outs.
PATIENCE = 3
# Yousign takes documents of 50 MB at most (docs/limits-new); the signature adds little. Its own texts are far smaller.
LARGEST_FILE, LARGEST_TEXT = 60 * 1024 * 1024, 4 * 1024 * 1024
# Where an answer names no time, the window of the limit; a longer one is asked again within the hour.
USUAL_HOLD, LONGEST_HOLD = timedelta(minutes=1), timedelta(hours=1)
_PASSING = {408, 425, 429}
_GONE = {404, 410}

# `ok`, `away`, `refused`, `lost`, or `held` where none was made because Yousign had asked to wait.
CALLS = Counter("cer_yousign_calls_total", "Calls to Yousign, by how they ended", ["outcome"])


class _TooLargeError(Exception):
    pass


class Asking:
    """The connection. What it could not do raises an error of `SigningProvider`; no body of an error is shown."""

    def __init__(
        self,
        url: str,
        key: SecretStr,
        clock: Clock,
        timeout_seconds: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key.get_secret_value()}", "Accept-Encoding": "identity"}
        self._client = httpx.AsyncClient(timeout=timeout_seconds, transport=transport, headers=headers)
        self._root = url.rstrip("/")
        self._clock = clock
        self._patience = timeout_seconds * PATIENCE
        self._held = datetime.min.replace(tzinfo=clock.now().tzinfo)

    async def json(self, method: str, path: str, **given: Any) -> bytes:
        """The text of an answer that says yes."""
        try:
            return await self._counted(method, path, LARGEST_TEXT, given)
        except _TooLargeError:
            raise ProviderAwayError from None

    async def file(self, path: str) -> bytes:
        """A file. Raises SignedFileError when it is larger than any can be."""
        try:
            return await self._counted("GET", path, LARGEST_FILE, {})
        except _TooLargeError:
            raise SignedFileError("file-too-large") from None

    async def close(self) -> None:
        """Lets the connections go."""
        await self._client.aclose()

    async def _counted(self, method: str, path: str, most: int, given: dict[str, Any]) -> bytes:
        wait = self._held - self._clock.now()
        if wait > timedelta(0):
            CALLS.labels("held").inc()
            raise ProviderAwayError(wait)
        try:
            found = await self._asked(self._client.build_request(method, f"{self._root}{path}", **given), most)
        except ProviderAwayError:
            CALLS.labels("away").inc()
            raise
        except ProviderRefusedError as refused:
            CALLS.labels("lost" if isinstance(refused, ProviderLostError) else "refused").inc()
            raise
        CALLS.labels("ok").inc()
        return found

    async def _asked(self, request: httpx.Request, most: int) -> bytes:
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._client.send(request, stream=True)
                try:
                    body = await _bounded(answer, most)
                finally:
                    await answer.aclose()
        except (httpx.HTTPError, TimeoutError):
            raise ProviderAwayError from None
        status = answer.status_code
        if status in _GONE:
            raise ProviderLostError
        if status == httpx.codes.TOO_MANY_REQUESTS:
            wait = _reset(answer)
            self._held = self._clock.now() + wait
            raise ProviderAwayError(wait)
        if 400 <= status < 500 and status not in _PASSING:
            raise ProviderRefusedError(status)
        if not answer.is_success:
            raise ProviderAwayError
        return body


async def _bounded(answer: httpx.Response, most: int) -> bytes:
    parts, size = [], 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > most:
            raise _TooLargeError
        parts.append(part)
    return b"".join(parts)


def _reset(answer: httpx.Response) -> timedelta:
    """Seconds until the limit starts anew, by `RateLimit-Reset` or `Retry-After` (RFC 9110 §10.2.3)."""
    for name in ("RateLimit-Reset", "Retry-After"):
        said = answer.headers.get(name, "").strip()
        if said.isascii() and said.isdecimal():
            return min(timedelta(seconds=min(int(said[:6]), 86_400)), LONGEST_HOLD)
    return USUAL_HOLD
