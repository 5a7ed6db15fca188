"""`cer contracts export dossiers|cers OUT`: the same files as over HTTP, made by departmental IT."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import typer

from services.contracts.adapters.exports import csv_file, xlsx_file
from services.contracts.adapters.repository import stores_of
from services.contracts.application.ports import Stores
from services.contracts.application.queries.exports import Kind, Row, everything
from services.contracts.domain.cers.states import State
from services.contracts.domain.cers.worklist import LISTED
from services.contracts.domain.exports.selection import DateKind, Selection
from services.contracts.settings import Settings
from shared.audit.entry import Record
from shared.audit.ledger import Ledger
from shared.database.engine import Database
from shared.kernel.clock import Clock, SystemClock
from shared.runtime.commands import in_a_folder, run_or_tell, whole
from shared.telemetry.traces import command_trace

_SUFFIXES = {".csv", ".xlsx"}


def export(
    kind: Kind = typer.Argument(..., help="Ce qui est exporté"),
    out: Path = typer.Argument(..., dir_okay=False, callback=in_a_folder, help="Fichier à écrire : .csv ou .xlsx"),
    territory: list[str] = typer.Option([], help="Un territoire ; répétable"),
    state: list[State] = typer.Option([], help="Un état ; répétable"),
    date: DateKind = typer.Option(DateKind.SIGNATURE, help="La date sur laquelle porte la période"),
    first: datetime | None = typer.Option(None, "--from", formats=["%Y-%m-%d"], help="Premier jour de la période"),
    last: datetime | None = typer.Option(None, "--to", formats=["%Y-%m-%d"], help="Dernier jour de la période"),
) -> None:
    """Exporte les dossiers ou les CER, avec leurs états et leurs dates ; sans aucun texte de CER.

    Code de sortie : 0 le fichier est complet, 1 rien n'est écrit.
    """
    if out.suffix not in _SUFFIXES:
        raise typer.BadParameter("le nom du fichier se termine par .csv ou .xlsx", param_hint="OUT")
    if set(state) - set(LISTED):
        raise typer.BadParameter("les CER supprimés ne s'exportent pas", param_hint="--state")
    if first is not None and last is not None and last < first:
        raise typer.BadParameter("la période se termine avant de commencer", param_hint="--to")
    wanted = Selection(
        tuple(territory), tuple(state), date, first.date() if first else None, last.date() if last else None
    )
    settings = Settings()
    with command_trace("contracts", settings.traces, f"export {kind.value}"):
        written = run_or_tell(export_to(Database(settings.database_url), kind, wanted, out))
    typer.echo(f"{written} lignes dans {out}")


async def export_to(database: Database, kind: Kind, wanted: Selection, out: Path, clock: Clock | None = None) -> int:
    """Writes the file whole or not at all, each part on record before it is written; returns the number of rows."""
    ledger = Ledger(Database(database.url, pool_size=1))
    try:
        windows = everything(
            lambda: _reading(database), kind, wanted, lambda rows: _enter(ledger, kind, clock or SystemClock(), rows)
        )
        with whole(out) as unfinished, unfinished.open("wb") as file:
            if out.suffix == ".xlsx":
                written = await xlsx_file.write_xlsx(kind, windows, file)
            else:
                written = 0
                async for part in csv_file.csv_parts(kind, windows):
                    written += part.count(b"\r\n")
                    file.write(part)
                written -= 1
        return written
    finally:
        await ledger.close()
        await database.close()


async def _enter(ledger: Ledger, kind: Kind, clock: Clock, rows: Sequence[Row]) -> None:
    dossiers = tuple(dict.fromkeys(row.dossier_id for row in rows))
    cers = tuple(row.cer_id for row in rows if hasattr(row, "cer_id"))
    await ledger.append(Record(clock.now(), "cli", "admin", kind.operation, "ok", dossiers, cers))


@asynccontextmanager
async def _reading(database: Database) -> AsyncIterator[Stores]:
    async with database.read() as session:
        yield stores_of(session)
