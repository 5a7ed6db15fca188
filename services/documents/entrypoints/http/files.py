"""How PDFs are answered."""

from functools import partial
from typing import Any

from fastapi import Request

from services.documents.application.queries.editions import EditionFile
from shared.http.ranges import Sent

PDF = "application/pdf"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file", "content": {PDF: {}}},
    206: {"description": "One part (`Range`)", "content": {PDF: {}}},
    304: {"description": "What the client has is right (`If-None-Match`)"},
    416: {"description": "The part begins after the end of the file"},
}


def sent(request: Request, found: EditionFile, *, inline: bool = False) -> Sent:
    """The file as it is sent, its name beside it."""
    document, files = found.document, request.app.state.files
    whole, part = partial(files.get, document), partial(files.get_range, document)
    return Sent(document.sha256, document.size, PDF, found.filename, whole, part, inline)
