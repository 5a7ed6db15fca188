"""`cer contracts import cnaf FILE`: the monthly flow of the CAF and the MSA."""

import json
from dataclasses import asdict
from pathlib import Path

import typer

from services.contracts.adapters.cnaf.reader import read_flow
from services.contracts.adapters.nir import nirs_of
from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.imports import Importer
from services.contracts.domain.imports.flow import FlowFacts, Report
from services.contracts.entrypoints.cli.progress import progress
from services.contracts.settings import Settings
from shared.kernel.clock import SystemClock
from shared.runtime.commands import in_a_folder, run_or_tell
from shared.runtime.platform import Platform
from shared.telemetry.traces import command_trace

imports = typer.Typer(help="Les fichiers reçus d'ailleurs.", no_args_is_help=True)

SHOWN_REFUSALS = 20


@imports.callback()
def _group() -> None:
    """Les fichiers reçus d'ailleurs."""


@imports.command()
def cnaf(
    file: Path = typer.Argument(
        ..., exists=True, dir_okay=False, readable=True, help="Flux mensuel, quotidien ou partiel, XML"
    ),
    territory: str | None = typer.Option(None, help="Territoire des dossiers qui n'en ont pas encore"),
    report: Path | None = typer.Option(None, dir_okay=False, callback=in_a_folder, help="Compte rendu en JSON"),
) -> None:
    """Importe un flux de la CAF ou de la MSA ; seuls les foyers présents changent, et relancer ne change rien de plus.

    Code de sortie : 0 tout est pris, 1 le fichier est interrompu, 2 des foyers ou des personnes sont refusés.
    """
    settings = Settings()
    with command_trace("contracts", settings.traces, "import cnaf"):
        done = run_or_tell(_import(settings, file, territory))
    _print(done)
    if report is not None:
        report.write_text(json.dumps(_as_json(done, file), ensure_ascii=False, indent=2), encoding="utf-8")
    if done.interrupted is not None:
        raise typer.Exit(1)
    if done.refused:
        raise typer.Exit(2)


async def _import(settings: Settings, file: Path, territory: str | None) -> Report:
    platform = Platform(settings)
    facts, nirs = FlowFacts(), nirs_of(settings.nir_key_file)
    try:
        with file.open("rb") as flow, progress(file) as advance:
            importer = Importer(
                platform.database,
                stores_of,
                SystemClock(),
                territory,
                told=lambda so_far: advance(flow.tell(), f"{so_far.foyers} foyers"),
            )
            return await importer.run(read_flow(flow, facts, nirs), facts)
    finally:
        await platform.tokens.close()
        await platform.database.close()


def _as_json(done: Report, file: Path) -> dict[str, object]:
    told = asdict(done)
    # Field by field: `asdict` makes pairs of what a Counter counts.
    del told["facts"]
    return {"file": file.name, "persons": done.persons, **told, **vars(done.facts)}


def _print(done: Report) -> None:
    typer.echo(f"{done.foyers} foyers lus, {done.persons} personnes avec un dossier")
    typer.echo(f"  créés      {done.created}")
    typer.echo(f"  modifiés   {done.changed}")
    typer.echo(f"  inchangés  {done.unchanged}")
    typer.echo(f"  sans CER   {done.others} (enfants et autres membres des foyers)")
    typer.echo(f"  signalés   {len(done.kept)} (corrigés par un agent, ou foyers fusionnés : --report)")
    typer.echo(f"  refusés    {len(done.refused)}")
    for refused in done.refused[:SHOWN_REFUSALS]:
        typer.echo(f"    ligne {refused.line} : {refused.reason} [{refused.code}]")
    if len(done.refused) > SHOWN_REFUSALS:
        typer.echo(f"    … et {len(done.refused) - SHOWN_REFUSALS} autres : --report les donne tous")
    for name, count in done.facts.unknown_tags.most_common():
        typer.echo(f"  balise inconnue {name} : {count}")
    for reason, count in done.facts.unusable_nirs.most_common():
        typer.echo(f"  NIR inutilisables ({reason}) : {count}, ces personnes sont reconnues par leurs noms")
    if done.interrupted is not None:
        typer.echo(f"INTERROMPU ligne {done.interrupted.line} : {done.interrupted.reason}", err=True)
