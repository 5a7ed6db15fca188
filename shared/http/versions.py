"""Optimistic locking over HTTP (RFC 9110 §13.1.1): `ETag` out, `If-Match` in."""

import re
from typing import Annotated

from fastapi import Header, Response

from shared.kernel.errors import Refusal


class VersionRequired(Refusal):
    """An update without the version that it starts from."""

    code = "version-required"
    title = "Version manquante"
    status = 428


async def if_match(if_match: Annotated[str | None, Header()] = None) -> int:
    """The version that the agent had before their eyes. Raises VersionRequired."""
    found = re.fullmatch(r'"(\d{1,18})"', (if_match or "").strip())
    if found is None:
        raise VersionRequired(
            "Indiquez par l'en-tête If-Match la version que vous modifiez, telle que l'en-tête ETag l'a donnée."
        )
    return int(found.group(1))


def set_etag(response: Response, version: int) -> None:
    """Gives the version of what is sent."""
    response.headers["ETag"] = f'"{version}"'
