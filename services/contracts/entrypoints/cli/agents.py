"""`cer contracts import agents FILE`: the directory of agents, from a file."""

import json
from dataclasses import asdict
from pathlib import Path

import typer

from services.contracts.adapters.agents_file import read_agents
from services.contracts.adapters.phones import FrenchTelephones
from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.agents_import import import_agents
from services.contracts.domain.agents.listing import AgentsReport
from services.contracts.settings import Settings
from shared.runtime.commands import in_a_folder, run_or_tell
from shared.runtime.platform import Platform
from shared.telemetry.traces import command_trace


def agents(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, readable=True, help="Agents, CSV ou XLSX"),
    dry_run: bool = typer.Option(default=False, help="Dit ce qui serait fait, et ne change rien"),
    report: Path | None = typer.Option(None, dir_okay=False, callback=in_a_folder, help="Compte rendu en JSON"),
) -> None:
    """Importe l'annuaire des agents ; le relancer ne change que ce qui a changé.

    Colonnes : id, name, role, et au choix mail, territories, quality, phone, organisation, active. Une colonne absente
    ne change rien. Code de sortie : 0 tout est pris, 1 le fichier est illisible, 2 des lignes sont refusées.
    """
    settings = Settings()
    with command_trace("contracts", settings.traces, "import agents"):
        done = run_or_tell(_import(settings, file, dry_run=dry_run))
    _print(done, dry_run=dry_run)
    if report is not None:
        content = {"file": file.name, "dry_run": dry_run, **asdict(done)}
        report.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    if done.interrupted is not None:
        raise typer.Exit(1)
    if done.refused:
        raise typer.Exit(2)


async def _import(settings: Settings, file: Path, *, dry_run: bool) -> AgentsReport:
    platform = Platform(settings)
    try:
        with file.open("rb") as source:
            lines = read_agents(source, FrenchTelephones())
            return await import_agents(platform.database, stores_of, lines, dry_run=dry_run)
    finally:
        await platform.tokens.close()
        await platform.database.close()


def _print(done: AgentsReport, *, dry_run: bool) -> None:
    typer.echo(f"{done.lines} lignes lues" + (" (essai : rien n'est changé)" if dry_run else ""))
    typer.echo(f"  créés      {done.created}")
    typer.echo(f"  modifiés   {done.changed}")
    typer.echo(f"  inchangés  {done.unchanged}")
    typer.echo(f"  refusés    {len(done.refused)}")
    for one in done.refused:
        typer.echo(f"    ligne {one.line} : {one.reason} [{one.code}]")
    if done.interrupted is not None:
        typer.echo(f"INTERROMPU ligne {done.interrupted.line} : {done.interrupted.reason}", err=True)
