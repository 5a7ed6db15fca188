"""`cer contracts import beneficiaries FILE --mapping M`: CSV and XLSX files of any business software."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from services.contracts.adapters.mapped.correcting import encoding_to_write, write_refused
from services.contracts.adapters.mapped.mapping import Mapping, find_mapping, shipped
from services.contracts.adapters.mapped.reading import read_lines
from services.contracts.adapters.nir import nirs_of
from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.lines import LineImporter
from services.contracts.application.commands.runs import Runner
from services.contracts.domain.imports.lines import Kind, LineReport, Rules
from services.contracts.domain.imports.people import IMPORT_PREFIX
from services.contracts.domain.imports.run import COMMAND, Run
from services.contracts.entrypoints.cli.progress import progress
from services.contracts.settings import Settings
from shared.kernel.clock import SystemClock
from shared.kernel.errors import Refusal
from shared.kernel.ids import derived_id
from shared.runtime.commands import in_a_folder, run_or_tell, told
from shared.runtime.platform import Platform
from shared.telemetry.traces import command_trace

SHOWN_REFUSALS = 20

File = typer.Argument(..., exists=True, dir_okay=False, readable=True, help="CSV ou XLSX")
MappingName = typer.Option(..., help="Mapping : un fichier TOML, ou le nom d'un exemple (« mappings » les liste)")
Territory = typer.Option(None, help="Territoire des dossiers qui n'en ont pas encore")
DryRun = typer.Option(default=False, help="Dit ce qui serait fait, et ne change rien")
ReportFile = typer.Option(None, dir_okay=False, callback=in_a_folder, help="Compte rendu en JSON")
RefusedFile = typer.Option(
    None,
    dir_okay=False,
    callback=in_a_folder,
    help="Lignes refusées à corriger, en CSV, réimportables avec le même mapping",
)
FileDate = typer.Option(None, formats=["%Y-%m-%d"], help="Date du fichier ; à défaut, celle de son enregistrement")


@dataclass(frozen=True)
class Asked:
    """One run of the command."""

    file: Path
    mapping: Mapping
    rules: Rules
    dry_run: bool


def beneficiaries(
    file: Path = File,
    mapping: str = MappingName,
    territory: str | None = Territory,
    dry_run: bool = DryRun,
    report: Path | None = ReportFile,
    refused: Path | None = RefusedFile,
    file_date: datetime | None = FileDate,
) -> None:
    """Importe des bénéficiaires ou leurs coordonnées ; relancer le même fichier ne change que ce qui a changé.

    Code de sortie : 0 tout est pris, 1 le fichier ou le mapping ne peut être lu, 2 des lignes sont refusées.
    """
    chosen = _mapping(mapping, (Kind.BENEFICIARIES, Kind.CONTACTS))
    _run(Asked(file, chosen, _rules(chosen, file, file_date, territory), dry_run), report, refused)


def cers(
    file: Path = File,
    mapping: str = MappingName,
    dry_run: bool = DryRun,
    report: Path | None = ReportFile,
    refused: Path | None = RefusedFile,
) -> None:
    """Reprend les CER d'un autre logiciel (Solis, VieSion…) : numéro, dates, état, dernier contrat.

    Code de sortie : 0 tout est pris, 1 le fichier ou le mapping ne peut être lu, 2 des lignes sont refusées.
    """
    chosen = _mapping(mapping, (Kind.CERS,))
    _run(Asked(file, chosen, _rules(chosen, file, None, None), dry_run), report, refused)


def mappings(
    files: list[Path] = typer.Argument(None, help="Fichiers de mapping à vérifier ; aucun : liste les exemples"),
) -> None:
    """Liste les mappings livrés avec le logiciel, ou vérifie ceux qui sont donnés."""
    wrong = False
    for path in files or shipped().values():
        try:
            found = find_mapping(str(path))
        except Refusal as refusal:
            wrong = True
            typer.echo(f"{path}: {refusal.detail}", err=True)
        else:
            typer.echo(f"{found.name:24} {found.kind.value:14} {found.label}")
    if wrong:
        raise typer.Exit(1)


def _rules(mapping: Mapping, file: Path, file_date: datetime | None, territory: str | None) -> Rules:
    made = file_date.replace(tzinfo=UTC) if file_date else datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return Rules(
        origin=IMPORT_PREFIX + mapping.name,
        file_date=made,
        prefer=mapping.contact.prefer,
        source=mapping.source or mapping.name,
        territory=territory,
    )


def _run(asked: Asked, report: Path | None, refused: Path | None) -> None:
    settings = Settings()
    with command_trace("contracts", settings.traces, f"import {asked.mapping.kind}"):
        done = run_or_tell(_import(settings, asked))
    _print(done, asked.dry_run)
    if report is not None:
        content = {"file": asked.file.name, "mapping": asked.mapping.name, "dry_run": asked.dry_run, **as_json(done)}
        report.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    if refused is not None:
        _write_refused(asked, refused, done)
    if done.interrupted is not None:
        raise typer.Exit(1)
    if done.refused:
        raise typer.Exit(2)


def _write_refused(asked: Asked, path: Path, done: LineReport) -> None:
    encoding = encoding_to_write(asked.mapping)
    with asked.file.open("rb") as source, path.open("w", encoding=encoding, newline="", errors="replace") as out:
        write_refused(out, source, asked.mapping, done.refused)


def _mapping(name: str, kinds: tuple[Kind, ...]) -> Mapping:
    with told():
        mapping = find_mapping(name)
    if mapping.kind not in kinds:
        typer.echo(f"Ce mapping est fait pour « {mapping.kind} », pas pour cette commande.", err=True)
        raise typer.Exit(1)
    return mapping


async def _import(settings: Settings, asked: Asked) -> LineReport:
    platform = Platform(settings)
    try:
        with asked.file.open("rb") as source, progress(asked.file) as advance:

            def told(so_far: LineReport) -> None:
                advance(source.tell(), f"{so_far.lines} lignes")

            lines = read_lines(source, asked.mapping, nirs_of(settings.nir_key_file))
            if asked.dry_run:
                importer = LineImporter(
                    platform.database, stores_of, SystemClock(), asked.mapping.kind, asked.rules, told=told
                )
                return await importer.run(lines, dry_run=True)
            runner = Runner(platform.database, stores_of, SystemClock(), told)
            run = await runner.begin(_run_of(asked, settings))
            if run.position:
                typer.echo(f"Reprise après la ligne {run.position}, où l'import s'était arrêté.", err=True)
            return await runner.go(run, asked.rules, lines)
    finally:
        await platform.tokens.close()
        await platform.database.close()


def _run_of(asked: Asked, settings: Settings) -> Run:
    """The same file with the same mapping is the same run: started again, it goes on where it was killed."""
    with asked.file.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    now = SystemClock().now()
    return Run(
        id=derived_id("import-run", digest, asked.mapping.text, asked.rules.territory),
        kind=asked.mapping.kind,
        mapping=asked.mapping.name,
        mapping_text=asked.mapping.text,
        file_name=asked.file.name,
        sha256=digest,
        size=asked.file.stat().st_size,
        file_date=asked.rules.file_date,
        territory=asked.rules.territory,
        created_by=COMMAND,
        created_at=now,
        expires_at=now + timedelta(days=settings.imports_keep_days),
    )


def as_json(done: LineReport) -> dict[str, object]:
    """The report as programs read it. No personal data: lines, fields, reasons."""
    return asdict(done)


def _print(done: LineReport, dry_run: bool) -> None:
    typer.echo(f"{done.lines} lignes lues" + (" (essai : rien n'est changé)" if dry_run else ""))
    typer.echo(f"  créés      {done.created}")
    typer.echo(f"  modifiés   {done.changed}")
    typer.echo(f"  inchangés  {done.unchanged}")
    typer.echo(f"  répétées   {done.repeated}, vides {done.empty}, écartées par le mapping {done.skipped}")
    typer.echo(f"  refusées   {done.refused_lines}")
    for one in done.refused[:SHOWN_REFUSALS]:
        typer.echo(f"    ligne {one.line} : {one.field} : {one.reason} [{one.code}]")
    if len(done.refused) > SHOWN_REFUSALS:
        typer.echo(f"    … et {len(done.refused) - SHOWN_REFUSALS} autres : --report et --refused les donnent tous")
    if done.kept:
        typer.echo(f"  signalées  {len(done.kept)} (donnée du dossier gardée, ou foyer fusionné : --report)")
    if done.interrupted is not None:
        typer.echo(f"INTERROMPU ligne {done.interrupted.line} : {done.interrupted.reason}", err=True)
