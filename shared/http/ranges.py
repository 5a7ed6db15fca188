"""Parts of a file over HTTP: validators, ranges and the name to save it under (RFC 9110 §8.8, §13, §14; RFC 6266).

The validator is the file's sha256, a strong ETag: a stored file never changes.
"""

import re
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Header, Request, Response

from shared.http.problems import problem
from shared.kernel.errors import Refusal

_SPEC = re.compile(r"(\d{0,18})-(\d{0,18})")
_ETAGS = re.compile(r'(?:W/)?"[^"]*"')
_QUOTED = re.compile(r'["\\]')


class RangeNotSatisfiable(Refusal):
    """The part asked for begins after the end of the file."""

    code = "range-not-satisfiable"
    title = "Partie de fichier inexistante"
    status = 416


@dataclass(frozen=True)
class Conditions:
    """What a request for a file says of the part it wants, and of what it has already."""

    method: str
    range: str | None
    if_range: str | None
    if_none_match: str | None


async def conditions(
    request: Request,
    range_: Annotated[str | None, Header(alias="Range", max_length=1000)] = None,
    if_range: Annotated[str | None, Header(max_length=200)] = None,
    if_none_match: Annotated[str | None, Header(max_length=4000)] = None,
) -> Conditions:
    """The dependency of an endpoint that gives a file."""
    return Conditions(request.method, range_, if_range, if_none_match)


@dataclass(frozen=True)
class Sent:
    """The file that answers. `whole` and `part` read it, verified, before the first byte is sent."""

    sha256: str
    size: int
    media_type: str
    filename: str
    whole: Callable[[], Awaitable[bytes]]
    part: Callable[[int, int], Awaitable[bytes]]
    inline: bool = False

    @property
    def etag(self) -> str:
        """The strong validator."""
        return f'"{self.sha256}"'


async def answer(asked: Conditions, sent: Sent) -> Response:
    """200, 206, 304 or 416. Several ranges at once are answered by the whole file (RFC 9110 §14.2 lets a server).

    Raises what reading the file raises.
    """
    headers = {
        "ETag": sent.etag,
        "Accept-Ranges": "bytes",
        # Personal data: no shared cache keeps it, and a browser asks again.
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    if asked.if_none_match is not None and _matches(asked.if_none_match, sent.etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = disposition(sent.filename, inline=sent.inline)
    part = wanted(asked, sent)
    if part is None:
        return await _answered(asked, sent, headers)
    if isinstance(part, RangeNotSatisfiable):
        refused = problem(part)
        refused.headers.update(headers | {"Content-Range": f"bytes */{sent.size}"})
        del refused.headers["Content-Disposition"]
        return refused
    start, stop = part
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{sent.size}"
    return Response(await sent.part(start, stop), 206, headers, media_type=sent.media_type)


async def _answered(asked: Conditions, sent: Sent, headers: dict[str, str]) -> Response:
    if asked.method == "HEAD":
        return Response(headers=headers | {"Content-Length": str(sent.size)}, media_type=sent.media_type)
    return Response(await sent.whole(), headers=headers, media_type=sent.media_type)


def wanted(asked: Conditions, sent: Sent) -> tuple[int, int] | RangeNotSatisfiable | None:
    """From where to where; none for the whole file: a range that is not understood is not there (RFC 9110 §14.2)."""
    if asked.method != "GET" or asked.range is None:
        return None
    # §13.1.5: a part of another version would be glued to this one. A date is not our validator.
    if asked.if_range is not None and asked.if_range.strip() != sent.etag:
        return None
    unit, _, specs = asked.range.partition("=")
    found = _SPEC.fullmatch(specs.strip())
    if unit.strip().lower() != "bytes" or found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(0, sent.size - int(last)), sent.size
    elif last and int(last) < int(first):
        return None
    else:
        start, stop = int(first), min(int(last or sent.size) + 1, sent.size)
    if start >= sent.size or start == stop:
        return RangeNotSatisfiable(f"Le fichier a {sent.size} octets : demandez une partie qui s'y trouve.")
    return start, stop


def disposition(filename: str, *, inline: bool) -> str:
    """`Content-Disposition` with the name in French, and in ASCII for who does not read it (RFC 6266 appendix D)."""
    plain = unicodedata.normalize("NFKD", filename.replace("°", "o").replace("–", "-").replace("’", "'"))
    ascii_name = _QUOTED.sub("_", plain.encode("ascii", "ignore").decode())
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _matches(listed: str, etag: str) -> bool:
    """Weak comparison (RFC 9110 §13.1.2)."""
    return listed.strip() == "*" or etag in {one.removeprefix("W/") for one in _ETAGS.findall(listed)}
