"""What no request may hold, refused before anything reads it: too many bytes, and null characters.

The body of an upload is no text: its endpoint reads it as it comes, within bounds of its own.

PostgreSQL stores no null character, in text nor in JSON (its documentation, §8.3 and §8.14); one in a sealed block
would only show in the service that opens it.
"""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import Malformed, failure
from shared.kernel.errors import Refusal

# A CER with every text at its longest takes about half of it.
MAX_BODY_BYTES = 4 * 1024 * 1024

# An escape, not the text `\u0000` behind an escaped backslash; a raw one is no JSON in UTF-8.
_NULL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000|\x00")


class BodyTooLarge(Refusal):
    """More bytes than any request of the API needs (RFC 9110 §15.5.14)."""

    code = "body-too-large"
    title = "Demande trop volumineuse"
    status = 413


class BodyGuard:
    """ASGI middleware: reads the body within the limit, then passes the request on with it.

    A POST to a path that `uploads` matches is passed on with its body unread.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES, uploads: re.Pattern[str] | None = None) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            if b"%00" in scope["query_string"] or "\x00" in scope["path"]:
                raise Malformed("L'adresse contient un caractère nul : retirez-le.")
            if self._is_upload(scope):
                await self._app(scope, receive, send)
                return
            body = await self._body(receive)
        except Refusal as refusal:
            await failure(scope, refusal)(scope, receive, send)
            return
        if body is not None:
            await self._app(scope, _again(body, receive), send)

    def _is_upload(self, scope: Scope) -> bool:
        return (
            self._uploads is not None
            and scope["method"] == "POST"
            and self._uploads.fullmatch(scope["path"]) is not None
        )

    async def _body(self, receive: Receive) -> bytes | None:
        """All of the body; none when the client left. Raises BodyTooLarge, Malformed."""
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max_bytes:
                raise BodyTooLarge(f"La demande dépasse {self._max_bytes} octets : raccourcissez les textes.")
        if _NULL.search(body):
            raise Malformed("Un texte contient un caractère nul : retirez-le.")
        return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, then whatever the server says next: a disconnection."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
