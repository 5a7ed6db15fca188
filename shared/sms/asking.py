"""One question to a provider over HTTP, and what each kind of answer or silence means for the SMS.

What matters is whether the provider may have taken it: before the connection, surely not; once the request had left,
only an answer that says no (RFC 9110 §15.5) makes it sure.
"""

import asyncio
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from shared.sms.outcome import SmsFault, SmsOutcome, SmsStatus

# A provider that answers a byte at a time holds the agent no longer than this many time-outs.
PATIENCE = 2
LONGEST_RETRY_AFTER = timedelta(hours=1)

_FAULTS = {401: SmsFault.CREDENTIALS, 403: SmsFault.CREDENTIALS, 402: SmsFault.QUOTA, 429: SmsFault.RATE_LIMITED}
# Request Timeout: whether it had read enough is not known.
_UNSURE = {408}


async def ask(client: httpx.AsyncClient, request: httpx.Request, timeout_seconds: float) -> httpx.Response | SmsOutcome:
    """The answer, read whole; or what the lack of one means."""
    try:
        async with asyncio.timeout(timeout_seconds * PATIENCE):
            return await client.send(request)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
        return SmsOutcome(SmsStatus.FAILED, fault=SmsFault.UNAVAILABLE)
    except (httpx.HTTPError, TimeoutError):
        return SmsOutcome(SmsStatus.UNKNOWN, fault=SmsFault.LOST)


def not_taken(answer: httpx.Response, now: datetime, fault: SmsFault | None = None) -> SmsOutcome:
    """What an answer that does not take the SMS means; `fault` where the provider said which."""
    status, retry_after = answer.status_code, _retry_after(answer, now)
    refused = 400 <= status < 500 and status not in _UNSURE
    if not refused and fault is None:
        return SmsOutcome(SmsStatus.UNKNOWN, fault=SmsFault.LOST, retry_after=retry_after)
    return SmsOutcome(SmsStatus.FAILED, fault=fault or _FAULTS.get(status, SmsFault.REFUSED), retry_after=retry_after)


def json_of(answer: httpx.Response) -> Any:
    """The body of an answer as JSON; none when it is not."""
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def _retry_after(answer: httpx.Response, now: datetime) -> timedelta | None:
    """RFC 9110 §10.2.3: seconds, or a date. Bounded, so that an odd header does not close the gateway for a day."""
    said = answer.headers.get("retry-after", "").strip()
    try:
        wait = timedelta(seconds=int(said)) if said.isdecimal() else parsedate_to_datetime(said) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(wait, LONGEST_RETRY_AFTER) if wait > timedelta(0) else None
