"""`cer documents templates check`: a département tries its own templates before they serve."""

from pathlib import Path

import typer

from services.documents.adapters.rendering.checking import TemplatesRefused
from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.trying import try_templates
from services.documents.domain.edition import EditionKind
from services.documents.settings import Settings

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
