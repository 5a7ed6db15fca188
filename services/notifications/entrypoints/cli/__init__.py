"""What an operator does with messages: their templates, mails that came back, the address of SMS receipts."""

from pathlib import Path

import typer

from services.notifications.entrypoints.cli.bounces import bounces
from services.notifications.entrypoints.cli.templates import templates
from shared.security.pepper import ensure_pepper
from shared.sms.cli import receipts_address

app = typer.Typer(no_args_is_help=True)
app.add_typer(templates, name="templates")
app.command()(bounces)
app.command("receipts-address")(receipts_address)


@app.command("own-pepper")
def own_pepper(folder: Path = typer.Argument(..., help="Dossier des clés")) -> None:
    """Fabrique la clé des codes, des liens et des accusés, s'il n'y en a pas encore : elle n'est dans aucune base."""
    folder.mkdir(parents=True, exist_ok=True)
    ensure_pepper(folder)
    typer.echo(f"Clé des codes en place dans {folder}")
