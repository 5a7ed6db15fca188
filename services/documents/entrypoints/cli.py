"""What the command line does for documents: templates tried before they serve, CERs vierges printed."""

import asyncio
from datetime import date
from pathlib import Path

import typer

from services.documents.adapters.blanks import SqlBlanks
from services.documents.adapters.legal_texts import SqlLegalTexts
from services.documents.adapters.merging.merger import MergeProcess
from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.adapters.rendering.trying import try_templates
from services.documents.application.commands.blanks import Press, Printed
from services.documents.application.ports import CannotMerge
from services.documents.domain.blank import MOST_COPIES
from services.documents.domain.edition import EditionKind
from services.documents.domain.texts import Texts
from services.documents.settings import Settings
from shared.database.engine import Database
from shared.kernel.clock import SystemClock, legal_date
from shared.kernel.serial import Serial
from shared.kernel.templates import TemplatesRefused
from shared.runtime.commands import end, in_a_folder, told, whole
from shared.runtime.platform import Platform

app = typer.Typer(no_args_is_help=True)
templates = typer.Typer(help="Les modèles de documents propres au département.", no_args_is_help=True)
app.add_typer(templates, name="templates")


@templates.command("check")
def check(
    folder: Path = typer.Argument(..., help="Le dossier de modèles (CER_TEMPLATES)"),
    kind: list[EditionKind] = typer.Option(list(EditionKind), help="Les modèles à mettre en page ; à défaut tous"),
    fonts: list[Path] = typer.Option(
        list(Settings.model_fields["fonts"].default), help="Dossiers de Noto Sans et Symbola"
    ),
) -> None:
    """Vérifie un dossier de modèles : syntaxe, variables, accessibilité, temps et mémoire de mise en page.

    Code de sortie : 0 si les modèles peuvent servir, 1 sinon ; chaque défaut est dit avec son fichier et sa ligne.
    """
    try:
        pages = try_templates(Look(templates=folder), fonts, kinds=kind)
    except TemplatesRefused as refused:
        for fault in refused.faults:
            typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Ces modèles peuvent servir ({pages} pages d'essai).")


@app.command("vierge")
def vierge(
    territory: str = typer.Option(..., help="Le code du territoire ; avec --offline, son nom tel qu'il s'imprime"),
    copies: int = typer.Option(1, min=1, max=MOST_COPIES, help="Le nombre d'exemplaires, chacun avec son numéro"),
    out: Path = typer.Option(..., callback=in_a_folder, help="Le fichier PDF à écrire ; il ne doit pas exister"),
    offline: bool = typer.Option(
        False, "--offline", help="Sans la base de données : textes livrés avec le logiciel, numéros non enregistrés"
    ),
) -> None:
    """Imprime des CER vierges dans un fichier : quatre feuilles par exemplaire, avec un numéro qu'aucun autre ne porte.

    Code de sortie : 0 si le fichier est écrit, 1 sinon.
    """
    if out.exists():
        end(f"{out} existe déjà : choisissez un autre nom.")
    with told(database="CER_DATABASE_URL, ou imprimez avec --offline"):
        try:
            printed = asyncio.run(_print(Settings(), territory, copies, offline=offline))
        except CannotMerge:
            end("Les exemplaires n'ont pas pu être assemblés : réessayez avec moins d'exemplaires.")
        with whole(out) as unfinished:
            unfinished.write_bytes(printed.content)
    if offline:
        typer.echo("Textes livrés avec le logiciel : vérifiez qu'ils sont ceux de votre département.", err=True)
    typer.echo(f"{out} : {copies} exemplaire(s), {printed.pages} pages.")


async def _print(settings: Settings, territory: str, copies: int, *, offline: bool) -> Printed:
    day = legal_date(SystemClock().now())
    serials = [Serial.new() for _ in range(copies)]
    if offline:
        return await _set(settings, serials, territory, day, Texts())
    platform = Platform(settings)
    try:
        label, texts = await _known(platform.database, territory)
        printed = await _set(settings, serials, label, day, texts)
        async with platform.database.begin() as uow:
            await SqlBlanks(uow.session).issue(serials, territory)
        return printed
    finally:
        await platform.tokens.close()
        await platform.database.close()


async def _known(database: Database, code: str) -> tuple[str, Texts]:
    async with database.read() as session:
        territory, _ = await SqlBlanks(session).of(code)
        return territory.label, await SqlLegalTexts(session).known()


async def _set(settings: Settings, serials: list[Serial], label: str, day: date, texts: Texts) -> Printed:
    pool = RenderPool(settings.look, settings.fonts, size=1, limit_seconds=settings.render_seconds)
    await pool.start()
    try:
        return await Press(pool, MergeProcess(settings.print_memory_mib), settings.letterhead).print(
            serials, label, day, texts
        )
    finally:
        await pool.close()
