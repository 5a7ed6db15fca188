"""What an operator does with messages: `cer notifications templates check|preview`, `cer notifications bounces`."""

import typer

from services.notifications.entrypoints.cli.bounces import bounces
from services.notifications.entrypoints.cli.templates import templates

app = typer.Typer(no_args_is_help=True)
app.add_typer(templates, name="templates")
app.command()(bounces)
