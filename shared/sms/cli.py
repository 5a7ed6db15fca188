"""`cer <service> receipts-address`: where a provider of SMS brings its delivery receipts."""

from pathlib import Path

import typer

from shared.security.pepper import load_pepper
from shared.sms.receipts import receipts_path


def receipts_address(
    provider: str = typer.Argument(..., help="Fournisseur : ovh, ou le nom donné dans sms-http.json"),
    keys_dir: Path = typer.Option(..., envvar="CER_KEYS_DIR", help="Dossier des clés"),
    public_url: str = typer.Option(..., envvar="CER_PUBLIC_URL", help="Adresse publique du service"),
) -> None:
    """Dit l'adresse à donner au fournisseur de SMS pour ses accusés de réception ; elle porte un secret."""
    typer.echo(f"{public_url.rstrip('/')}{receipts_path(load_pepper(keys_dir), provider)}")
