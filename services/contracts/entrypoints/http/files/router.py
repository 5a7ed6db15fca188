"""Pièces jointes over HTTP: added, listed, opened, described, deleted."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.requests import ClientDisconnect

from services.contracts.application.commands import files as commands
from services.contracts.application.commands.files import Sent
from services.contracts.application.ports.files import FilesWanted
from services.contracts.application.queries import files as queries
from services.contracts.domain.files.model import EXTENSIONS, Kind
from services.contracts.domain.files.rules import UploadCut
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.files.bodies import DescriptionIn, FilesQuery, sent
from services.contracts.entrypoints.http.files.views import FilePage, FileView
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Keyed, keyed
from shared.http.versions import if_match, set_etag

router = APIRouter(tags=["files"])

Seen = Annotated[int, Depends(if_match)]

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD: dict[str, Any] = {"requestBody": {"required": True, "content": dict.fromkeys(EXTENSIONS, _BINARY)}}
# Whatever a file holds, a browser saves it, runs nothing of it, believes its type, and keeps no copy.
_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "private, no-store",
}


@router.post("/dossiers/{dossier_id}/files", status_code=201, response_model=FileView, openapi_extra=_UPLOAD)
async def add_file(
    dossier_id: UUID,
    request: Request,
    told: Annotated[Sent, Depends(sent)],
    key: Annotated[Keyed, Depends(keyed)],
    here: Annotated[Counter, Depends(counter("add-file"))],
) -> Response:
    """Adds a scanned PDF, JPEG or PNG: the body is the file itself. Its type is told by its content."""
    reception = here.tools.reception
    async with here.reading() as stores:
        await commands.may_add(stores, here.agent, dossier_id, told)
    async with (
        reception.receiving(_chunks(request), _announced(request)) as received,
        reception.examining(received, serial=told.description.kind is Kind.CER_PAPIER) as examined,
    ):

        async def command(uow: UnitOfWork) -> tuple[FileView, int]:
            added = await commands.add(here.desk(uow), here.tools.vault, dossier_id, told, examined)
            return FileView.of(queries.read(here.agent, added)), added.version

        async def reread(uow: UnitOfWork, attachment_id: UUID) -> tuple[FileView, int]:
            view = FileView.of(await queries.file(here.desk(uow).stores, here.agent, attachment_id, here.now))
            return view, view.version

        only = key.once(received.sha256, str(told))
        return await only.run(command, 201, reread)


@router.get("/dossiers/{dossier_id}/files")
async def list_files(
    dossier_id: UUID,
    asked: Annotated[FilesQuery, Query()],
    here: Annotated[Counter, Depends(counter("list-files"))],
) -> FilePage:
    """The files of a dossier, oldest first: to a commission's member, those of the CERs that they examine."""
    wanted = FilesWanted(dossier_id, asked.after, asked.limit + 1, asked.removed)
    async with here.reading() as stores:
        found = await queries.files(stores, here.agent, wanted, here.now)
    page = found[: asked.limit]
    more = len(found) > asked.limit
    return FilePage(files=[FileView.of(one) for one in page], next=page[-1].attachment.id if more else None)


@router.get("/files/{file_id}")
async def read_file(
    file_id: UUID, response: Response, here: Annotated[Counter, Depends(counter("read-file"))]
) -> FileView:
    """One file: what it is, who added it, where it stands."""
    async with here.reading() as stores:
        view = FileView.of(await queries.file(stores, here.agent, file_id, here.now))
    set_etag(response, view.version)
    return view


@router.get(
    "/files/{file_id}/content",
    response_class=Response,
    responses={200: {"content": dict.fromkeys(EXTENSIONS, _BINARY)}},
)
async def read_file_content(
    file_id: UUID,
    here: Annotated[Counter, Depends(counter("read-file-content"))],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The file itself, once it was scanned. Its ETag is its sha256: it never changes."""
    async with here.reading() as stores:
        found, content = await queries.content(stores, here.tools.vault, here.agent, file_id, here.now)
    headers = {"ETag": f'"{found.content.file.sha256}"', **_INERT}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    return Response(content, media_type=found.content.content_type, headers=headers)


@router.put("/files/{file_id}")
async def describe_file(
    file_id: UUID,
    body: DescriptionIn,
    response: Response,
    seen: Seen,
    here: Annotated[Counter, Depends(counter("describe-file"))],
) -> FileView:
    """Says otherwise what the file is; the bytes stay what they are."""
    async with here.acting() as desk:
        changed = await commands.describe(desk, file_id, seen, body.description())
        view = FileView.of(queries.read(here.agent, changed))
    set_etag(response, view.version)
    return view


@router.delete("/files/{file_id}", status_code=204)
async def remove_file(file_id: UUID, seen: Seen, here: Annotated[Counter, Depends(counter("remove-file"))]) -> None:
    """Deletes a file that no submitted CER relies on; who, when and what kind stay."""
    async with here.acting() as desk:
        await commands.remove(desk, file_id, seen)


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        raise UploadCut("L'envoi du fichier a été interrompu : recommencez, rien n'a été enregistré.") from None


def _announced(request: Request) -> int | None:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else None
