"""Exports over HTTP. Each part is in the audit before it leaves: an export reads every dossier that it holds."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from services.contracts.adapters.exports import csv_file, xlsx_file
from services.contracts.application.queries import exports as queries
from services.contracts.application.queries.exports import Kind, Row, Window
from services.contracts.domain.exports.selection import Selection
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.exports.bodies import ExportPageQuery, ExportQuery, cursor
from services.contracts.entrypoints.http.exports.views import ExportedCers, ExportedDossiers
from shared.audit.trail import Trail

router = APIRouter(tags=["exports"])

Asked = Annotated[ExportQuery, Query()]
Responses = dict[int | str, dict[str, Any]]
AskedPage = Annotated[ExportPageQuery, Query()]
ForDossiers = Annotated[Counter, Depends(counter(Kind.DOSSIERS.operation))]
ForCers = Annotated[Counter, Depends(counter(Kind.CERS.operation))]

_FILE = {"type": "string", "format": "binary"}
_CSV: Responses = {200: {"content": {"text/csv": {"schema": _FILE}}}}
_XLSX: Responses = {
    200: {"content": {xlsx_file.MEDIA_TYPE: {"schema": _FILE}}},
    409: {"description": "More rows than a sheet holds"},
}
_IN_MEMORY = 1_000_000
_PART = 65_536


@router.get("/exports/dossiers")
async def export_dossiers(asked: AskedPage, here: ForDossiers) -> ExportedDossiers:
    """Dossiers with the state and dates of their last CER, page by page, in the order of their ids."""
    found = await _page(here, Kind.DOSSIERS, asked)
    return ExportedDossiers.model_validate({"dossiers": found.rows, "next": cursor(found.following)})


@router.get("/exports/cers")
async def export_cers(asked: AskedPage, here: ForCers) -> ExportedCers:
    """CERs with their states and dates, page by page, in the order of their ids."""
    found = await _page(here, Kind.CERS, asked)
    return ExportedCers.model_validate({"cers": found.rows, "next": cursor(found.following)})


@router.get("/exports/dossiers.csv", response_class=Response, responses=_CSV)
async def export_dossiers_csv(asked: Asked, here: ForDossiers) -> Response:
    """Dossiers with the state and dates of their last CER, for a spreadsheet: `;`, UTF-8 with its mark."""
    return _csv(here, Kind.DOSSIERS, asked.selection())


@router.get("/exports/cers.csv", response_class=Response, responses=_CSV)
async def export_cers_csv(asked: Asked, here: ForCers) -> Response:
    """CERs with their states and dates, for a spreadsheet: `;`, UTF-8 with its mark."""
    return _csv(here, Kind.CERS, asked.selection())


@router.get("/exports/dossiers.xlsx", response_class=Response, responses=_XLSX)
async def export_dossiers_xlsx(asked: Asked, here: ForDossiers) -> Response:
    """Dossiers with the state and dates of their last CER, as an Excel file."""
    return await _xlsx(here, Kind.DOSSIERS, asked.selection())


@router.get("/exports/cers.xlsx", response_class=Response, responses=_XLSX)
async def export_cers_xlsx(asked: Asked, here: ForCers) -> Response:
    """CERs with their states and dates, as an Excel file."""
    return await _xlsx(here, Kind.CERS, asked.selection())


async def _page(here: Counter, kind: Kind, asked: ExportPageQuery) -> Window:
    wanted = queries.within_rights(here.agent, kind, asked.selection())
    async with here.reading() as stores:
        found = await queries.window(stores, kind, wanted, asked.place(), asked.limit)
    _shows(here.trail, found.rows)
    return found


def _csv(here: Counter, kind: Kind, asked: Selection) -> Response:
    parts = csv_file.csv_parts(kind, _windows(here, kind, asked))
    return StreamingResponse(parts, media_type=csv_file.MEDIA_TYPE, headers=_attached(f"{kind.value}.csv"))


async def _xlsx(here: Counter, kind: Kind, asked: Selection) -> Response:
    windows = _windows(here, kind, asked)
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed once it is sent
    try:
        await xlsx_file.write_xlsx(kind, windows, file)
    except BaseException:
        file.close()
        raise
    return StreamingResponse(_sent(file), media_type=xlsx_file.MEDIA_TYPE, headers=_attached(f"{kind.value}.xlsx"))


async def _sent(file: SpooledTemporaryFile[bytes]) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while part := file.read(_PART):
            yield part


def _windows(here: Counter, kind: Kind, asked: Selection) -> AsyncIterator[list[Row]]:
    wanted = queries.within_rights(here.agent, kind, asked)

    async def disclose(rows: Sequence[Row]) -> None:
        part = replace(here, trail=here.trail.part())
        _shows(part.trail, rows)
        await part.disclose()

    return queries.everything(here.reading, kind, wanted, disclose)


def _shows(trail: Trail, rows: Sequence[Row]) -> None:
    for row in rows:
        trail.shows(row.dossier_id, row.territory, row.referent_id, getattr(row, "cer_id", None))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
