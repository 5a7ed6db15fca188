"""Webhooks: they only wake the request's row, which reads the truth; so they may come twice, late, or in any order."""

import hmac
import json
from typing import Any

from services.signature.application.commands.yousign.link import Window
from services.signature.application.commands.yousign.rows import wake_row

# Those after which the request may stand elsewhere. The others tell nothing that is acted upon.
_TELLING = frozenset(
    {
        "signer.done",
        "signer.declined",
        "signer.error",
        "signature_request.done",
        "signature_request.declined",
        "signature_request.expired",
        "signature_request.canceled",
        "signature_request.rejected",
        "signature_request.deleted",
        "signature_request.permanently_deleted",
    }
)


class UnreadableWebhookError(Exception):
    """It bears the right signature and is not of the form that is documented."""


def is_genuine(secret: bytes, body: bytes, said: str) -> bool:
    """Whether `X-Yousign-Signature-256` is that of this very body, told in constant time."""
    expected = "sha256=" + hmac.digest(secret, body, "sha256").hex()
    return hmac.compare_digest(expected.encode(), said.encode())


async def hear(window: Window, body: bytes) -> bool:
    """Wakes the row of the request that a genuine webhook is about. False where there is nothing to wake.

    Raises UnreadableWebhookError.
    """
    remote_id = _concerned(body)
    if remote_id is None:
        return False
    async with window.means.database.begin() as uow:
        request_id = await window.remotes_of(uow).request_of(remote_id)
        return request_id is not None and await wake_row(uow.session, request_id)


def _concerned(body: bytes) -> str | None:
    """The request at Yousign about which something is told that counts; none when nothing is."""
    try:
        told: Any = json.loads(body)
        if told["event_name"] not in _TELLING:
            return None
        remote_id = told["data"]["signature_request"]["id"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise UnreadableWebhookError from None
    if not isinstance(remote_id, str):
        raise UnreadableWebhookError
    return remote_id
