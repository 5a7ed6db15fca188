"""`cer notifications templates check|preview`: a département tries its own templates before they serve."""

from pathlib import Path

import typer
from jinja2 import TemplateError

from services.notifications.adapters.templates.checking import check_templates, previews
from services.notifications.adapters.templates.library import Library
from services.notifications.domain.catalog import CATALOG
from shared.kernel.clock import SystemClock
from shared.kernel.templates import TemplatesRefused
from shared.sms.text import measure

templates = typer.Typer(help="Les modèles de messages propres au département.", no_args_is_help=True)

_FOLDER = typer.Argument(None, help="Le dossier de modèles (CER_MESSAGE_TEMPLATES) ; à défaut les modèles livrés")
_SITE = {"portal_url": "https://cer.example.org", "departement": "Département d'Exemple"}


@templates.command()
def check(folder: Path | None = _FOLDER) -> None:
    """Vérifie un dossier de modèles : syntaxe, variables, accessibilité, longueur des SMS.

    Code de sortie : 0 si les modèles peuvent servir, 1 sinon ; chaque défaut est dit avec son fichier et sa ligne.
    """
    library = Library(folder, _SITE)
    try:
        check_templates(library, folder, SystemClock())
    except TemplatesRefused as refused:
        for fault in refused.faults:
            typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Ces modèles peuvent servir ({len(library.all())} messages).")


@templates.command()
def preview(
    template: str = typer.Argument(..., help="Le nom du message"),
    folder: Path | None = _FOLDER,
    html: bool = typer.Option(False, "--html", help="Le HTML au lieu du texte"),
) -> None:
    """Montre un message écrit à des personnes fictives, et ce que coûte son SMS."""
    if template not in CATALOG or not CATALOG[template].parts:
        named = ", ".join(name for name in sorted(CATALOG) if CATALOG[name].parts)
        typer.echo(f"Aucun modèle ne porte ce nom. Modèles : {named}", err=True)
        raise typer.Exit(1)
    try:
        shown = previews(Library(folder, _SITE), template, SystemClock())
    except TemplateError as error:
        typer.echo(f"Ce modèle ne peut pas être écrit : {error}. Voyez « templates check ».", err=True)
        raise typer.Exit(1) from None
    for one in shown:
        typer.echo(one.words.html if html else f"{one.words.subject}\n\n{one.words.text}")
        if one.words.sms and not html:
            size = measure(one.words.sms)
            typer.echo(f"SMS ({size.segments} segment(s), {size.alphabet}) : {one.words.sms}")
