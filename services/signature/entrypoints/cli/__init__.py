"""`cer signature …`: what is done from a terminal: seals, and the address of SMS receipts."""

from pathlib import Path

import typer

from services.signature.adapters.own_certificate import write_own_seal
from services.signature.entrypoints.cli.extend import extend_files
from services.signature.entrypoints.cli.verify import verify_file
from shared.kernel.clock import SystemClock
from shared.sms.cli import receipts_address

app = typer.Typer(no_args_is_help=True)
app.command("verify")(verify_file)
app.command("receipts-address")(receipts_address)
app.command("extend")(extend_files)


@app.command("own-seal")
def own_seal(
    folder: Path = typer.Argument(..., help="Dossier des clés"),
    organisation: str = typer.Option("Département d'essai", help="Nom inscrit au certificat"),
) -> None:
    """Fabrique un cachet d'essai (certificat, clé, racine) et la clé des codes ; un vrai site y met les siens."""
    write_own_seal(folder, organisation, SystemClock().now())
    typer.echo(f"Cachet d'essai écrit dans {folder}")
