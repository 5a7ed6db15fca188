"""`cer contracts retention`: whose time is over, as a report; with `--apply`, archived or erased."""

import csv
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.retention import Keeper
from services.contracts.domain.retention.model import Candidate, Policy, Then
from services.contracts.entrypoints.cli.erasures import run
from services.contracts.settings import Settings
from shared.database.engine import Database
from shared.kernel.clock import SystemClock
from shared.runtime.commands import in_a_folder

FIELDS = ("dossier_id", "last_event_at", "then", "refused")


def retention(
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Archive ou efface ; sans cela, compte et liste")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Nombre de dossiers au plus")] = 1_000_000,
    by: Annotated[str, typer.Option(envvar="CER_OPERATOR", help="Agent qui le fait")] = "service:retention",
    report: Annotated[
        Path | None,
        typer.Option(dir_okay=False, callback=in_a_folder, help="Compte rendu, .csv ou .json : identifiants et dates"),
    ] = None,
) -> None:
    """Les dossiers dont la durée de conservation est passée. Interrompu, il se relance : ce qui est fait l'est."""
    settings = Settings()
    policy = Policy(settings.retention_months, Then(settings.retention_then), settings.archive_months)
    rows: list[dict[str, Any]] = []
    matchings: list[int] = []

    async def act(database: Database) -> None:
        keeper = Keeper(database, stores_of, SystemClock(), policy, by)
        async for one in keeper.candidates():
            if len(rows) == limit:
                break
            refusal = await keeper.apply(one) if apply else None
            rows.append(_row(one, refusal.code if refusal else ""))
        matchings.append(await keeper.matchings(apply=apply))

    run(act)
    refused = sum(1 for row in rows if row["refused"])
    for then in Then:
        typer.echo(f"{then.value:8} {sum(1 for row in rows if row['then'] == then.value)}")
    typer.echo(f"rapprochements que plus rien ne nomme, oubliés : {sum(matchings)}")
    typer.echo(f"{'fait' if apply else 'rien n’est changé (--apply pour le faire)'} ; {refused} refusé(s)")
    if report is not None:
        _write(report, rows)


def _row(one: Candidate, refused: str) -> dict[str, Any]:
    values = (str(one.dossier_id), one.last_event_at.isoformat(), one.then.value, refused)
    return dict(zip(FIELDS, values, strict=True))


def _write(report: Path, rows: list[dict[str, Any]]) -> None:
    if report.suffix == ".json":
        report.write_text(json.dumps(rows, indent=2), encoding="utf-8")
        return
    with report.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
