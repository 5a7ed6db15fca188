"""`cer contracts …`: what departmental IT does from a terminal."""

import typer

from services.contracts.entrypoints.cli import mapped
from services.contracts.entrypoints.cli.agents import agents
from services.contracts.entrypoints.cli.erasures import erase_person, list_erasures
from services.contracts.entrypoints.cli.exports import export
from services.contracts.entrypoints.cli.imports import imports
from services.contracts.entrypoints.cli.republish import republish
from services.contracts.entrypoints.cli.retention import retention
from services.contracts.entrypoints.cli.territories import territories

app = typer.Typer(no_args_is_help=True)
imports.command()(agents)
imports.command()(mapped.beneficiaries)
imports.command()(mapped.cers)
imports.command()(mapped.mappings)
app.command()(export)
app.add_typer(imports, name="import")
app.add_typer(territories, name="territories")
app.command("erase")(erase_person)
app.command("erasures")(list_erasures)
app.command("republish")(republish)
app.command("retention")(retention)
