"""Imports over HTTP: staged, previewed, applied; refused lines come back as a file to correct."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import unquote
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import Field
from starlette.requests import ClientDisconnect

from services.contracts.adapters.mapped.correcting import write_refused
from services.contracts.adapters.mapped.keeping import to_keep
from services.contracts.adapters.mapped.mapping import load_mapping, read_mapping, shipped
from services.contracts.application.commands.staging import apply_run, load_run, receive, stage, staged_file
from services.contracts.application.commands.territories import refuse_unknown
from services.contracts.domain.imports.run import ImportCut, Run
from services.contracts.entrypoints.http.bodies import Body, Line
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.imports.views import DifferencePage, DifferenceView, ImportPage, ImportView
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Keyed, Once, keyed, once
from shared.http.versions import if_match, set_etag
from shared.kernel.clock import PARIS
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id

router = APIRouter(tags=["imports"])

Seen = Annotated[int, Depends(if_match)]
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ImportQuery(Body):
    """How the file is read. Its name goes in a header: addresses stand in the logs of proxies."""

    mapping: Line = Field(description="A mapping that came with the software", examples=["solis-contacts"])
    territory: Line | None = Field(default=None, description="Of the dossiers that have none yet")
    file_date: date | None = Field(default=None, description="The day that the file stands for; today if left out")


class PageQuery(Body):
    """Which imports are asked for."""

    after: UUID | None = None
    limit: int = Field(default=50, ge=1, le=200)


class DifferencesQuery(Body):
    """Which differences are asked for."""

    after: int = Field(default=0, ge=0, le=2**62)
    limit: int = Field(default=200, ge=1, le=1_000)


@router.post("/imports", status_code=202, response_model=ImportView, openapi_extra=_BODY)
async def upload_import(
    request: Request,
    asked: Annotated[ImportQuery, Query()],
    key: Annotated[Keyed, Depends(keyed)],
    here: Annotated[Counter, Depends(counter("upload-import"))],
    x_file_name: Annotated[str, Header(max_length=300, description="UTF-8, percent-encoded (RFC 8187)")] = "",
) -> Response:
    """Stages a CSV or XLSX file, the body itself; nothing changes before it is applied."""
    if asked.mapping not in shipped():
        raise NotFound("Ce mapping n'existe pas : voyez « cer contracts import mappings ».")
    mapping = load_mapping(shipped()[asked.mapping])
    limits = here.tools.imports
    await refuse_unknown(here.database, here.tools.stores_of, asked.territory)
    async with receive(_chunks(request), limits.max_mib) as received:
        kept = await asyncio.to_thread(to_keep, received.file, mapping, here.tools.nirs)
        now = here.tools.clock.now()
        made = datetime.combine(asked.file_date, time(), PARIS) if asked.file_date else now
        run = Run(
            id=new_id(),
            kind=mapping.kind,
            mapping=mapping.name,
            mapping_text=mapping.text,
            file_name=unquote(x_file_name).replace("\x00", "")[:200],
            sha256=received.sha256,
            size=received.size,
            file_date=made,
            territory=asked.territory,
            created_by=here.agent.subject,
            created_at=now,
            expires_at=now + timedelta(days=limits.keep_days),
        )

        async def command(uow: UnitOfWork) -> tuple[ImportView, int]:
            await stage(here.desk(uow), run, kept)
            return ImportView.of(run), run.version

        only = key.once(received.sha256, asked.model_dump_json())
        return await only.run(command, 202)


@router.get("/imports")
async def list_imports(
    asked: Annotated[PageQuery, Query()], here: Annotated[Counter, Depends(counter("list-imports"))]
) -> ImportPage:
    """Imports, newest first."""
    async with here.reading() as stores:
        found = await stores.runs.page(asked.after, asked.limit + 1)
    page = found[: asked.limit]
    return ImportPage(
        imports=[ImportView.of(one) for one in page], next=page[-1].id if len(found) > asked.limit else None
    )


@router.get("/imports/{import_id}")
async def read_import(
    import_id: UUID, response: Response, here: Annotated[Counter, Depends(counter("read-import"))]
) -> ImportView:
    """Where an import stands, and its counts."""
    async with here.reading() as stores:
        run = await load_run(stores, import_id)
    set_etag(response, run.version)
    return ImportView.of(run)


@router.get("/imports/{import_id}/differences")
async def read_differences(
    import_id: UUID,
    asked: Annotated[DifferencesQuery, Query()],
    here: Annotated[Counter, Depends(counter("read-differences"))],
) -> DifferencePage:
    """Every difference that applying would make, before and after, field by field."""
    async with here.reading() as stores:
        run = await load_run(stores, import_id)
        run.refuse_expired(here.tools.clock.now())
        found = await stores.runs.differences(import_id, asked.after, asked.limit + 1)
    page = found[: asked.limit]
    for _, one in page:
        here.trail.names(one.subject)
    return DifferencePage(
        differences=[DifferenceView.of(one) for _, one in page],
        next=page[-1][0] if len(found) > asked.limit else None,
    )


@router.post("/imports/{import_id}/apply", status_code=202, response_model=ImportView)
async def apply_import(
    import_id: UUID,
    seen: Seen,
    only: Annotated[Once, Depends(once)],
    here: Annotated[Counter, Depends(counter("apply-import"))],
) -> Response:
    """Applies what was previewed; what changed meanwhile is compared anew."""

    async def command(uow: UnitOfWork) -> tuple[ImportView, int]:
        run = await apply_run(here.desk(uow), import_id, seen)
        return ImportView.of(run), run.version

    return await only.run(command, 202)


@router.get("/imports/{import_id}/refused.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def read_refused(import_id: UUID, here: Annotated[Counter, Depends(counter("read-refused"))]) -> Response:
    """The refused lines with their reasons, to be corrected and sent again with the same mapping."""
    out = io.StringIO()
    async with here.reading() as stores:
        run = await load_run(stores, import_id)
        run.refuse_expired(here.tools.clock.now())
        refused = await stores.runs.refusals(import_id, kept=False)
        async with staged_file(stores, run) as file:
            write_refused(out, file, read_mapping(run.mapping, run.mapping_text.encode()), refused)
    headers = {"Content-Disposition": 'attachment; filename="refus.csv"', "Cache-Control": "private, no-store"}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        raise ImportCut("L'envoi du fichier a été interrompu : recommencez, rien n'a été enregistré.") from None
