"""How the files of a signature are sent."""

from typing import Final

from fastapi import Response

from services.signature.domain.model import SignatureRequest

PNG, PDF, JSON = "image/png", "application/pdf", "application/json"
# Each page is asked of the server each time: that is how it knows what was read. And it is personal data.
PRIVATE: Final = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def sent(content: bytes, kind: str, request: SignatureRequest, name: str) -> Response:
    """A file of a signature, under the CER's number and this name."""
    # A request that came back from a snapshot has no halves.
    numero = f"-{request.asked.numero}" if request.asked else ""
    disposition = f'inline; filename="CER{numero}-{name}.{kind.rpartition("/")[2]}"'
    return Response(content, media_type=kind, headers={**PRIVATE, "Content-Disposition": disposition})
