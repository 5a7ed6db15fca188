"""`cer signature receipts-address`: where a provider of SMS brings its delivery receipts."""

from pathlib import Path

import typer

from services.signature.adapters.own_certificate import PEPPER_FILE
from services.signature.domain.link import receipts_key


def receipts_address(
    provider: str = typer.Argument(..., help="Fournisseur : ovh, ou le nom donné dans sms-http.json"),
    keys_dir: Path = typer.Option(..., envvar="CER_KEYS_DIR", help="Dossier des clés"),
    public_url: str = typer.Option(..., envvar="CER_PUBLIC_URL", help="Adresse publique du service"),
) -> None:
    """Dit l'adresse à donner au fournisseur de SMS pour ses accusés de réception ; elle porte un secret."""
    key = receipts_key((keys_dir / PEPPER_FILE).read_bytes().strip(), provider)
    typer.echo(f"{public_url.rstrip('/')}/sms/receipts/{provider}?key={key}")
