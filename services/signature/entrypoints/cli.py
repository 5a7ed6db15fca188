"""`cer signature verify`, `cer signature own-seal` and `cer signature receipts-address`."""

from pathlib import Path

import typer

from services.signature.adapters.own_certificate import PEPPER_FILE, ROOT_FILE, write_own_seal
from services.signature.adapters.verifying import Verdict, Verification, load_roots, verify
from services.signature.domain.link import receipts_key
from shared.kernel.clock import PARIS, SystemClock

app = typer.Typer(no_args_is_help=True)

EXIT_CODES = {
    Verdict.INTACT: 0,
    Verdict.ALTERED: 1,
    Verdict.UNKNOWN_SEAL: 2,
    Verdict.NOT_SEALED: 3,
    Verdict.UNREADABLE: 4,
}

_SENTENCES = {
    Verdict.INTACT: "INTACT : ce document est, à l'octet près, celui qui a été signé.",
    Verdict.ALTERED: "ALTÉRÉ : ce document n'est plus celui qui a été signé. Ne vous y fiez pas.",
    Verdict.UNKNOWN_SEAL: "CACHET INCONNU : ce document n'a pas changé depuis son cachet, mais rien ne dit qu'il est "
    "du Département.",
    Verdict.NOT_SEALED: "SANS CACHET : ce document n'a pas été signé ; rien ne dit d'où il vient.",
    Verdict.UNREADABLE: "ILLISIBLE : ce fichier n'est pas un PDF, ou il est abîmé.",
}


@app.command("verify")
def verify_file(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="Le PDF à vérifier"),
    root: Path = typer.Option(None, help=f"Certificat de l'autorité (PEM) ; à défaut CER_KEYS_DIR/{ROOT_FILE}"),
    keys_dir: Path = typer.Option(None, envvar="CER_KEYS_DIR", hidden=True),
) -> None:
    """Dit si un CER signé est intact et par qui il a été scellé, sans réseau.

    Code de sortie : 0 intact, 1 altéré, 2 cachet inconnu, 3 sans cachet, 4 illisible, 5 certificat absent.
    """
    trusted = root or (keys_dir / ROOT_FILE if keys_dir else None)
    if trusted is None or not trusted.exists():
        typer.echo("Indiquez le certificat de l'autorité du Département par --root.", err=True)
        raise typer.Exit(5)
    found = verify(file.read_bytes(), load_roots(trusted))
    for line in report(found):
        typer.echo(line)
    raise typer.Exit(EXIT_CODES[found.verdict])


def report(found: Verification) -> list[str]:
    """What the file establishes, and what it does not, in French."""
    lines = [_SENTENCES[found.verdict]]
    if found.verdict is Verdict.INTACT and found.sealed_at is not None:
        sealed_at = found.sealed_at.astimezone(PARIS)
        lines += [
            f"Cachet : {found.sealed_by}, le {sealed_at:%d/%m/%Y à %H h %M} (heure déclarée par le Département).",
            "Qui a dit le code reçu par SMS, et quand, est établi par le dossier de preuve, non par ce fichier seul.",
        ]
    return lines


@app.command("receipts-address")
def receipts_address(
    provider: str = typer.Argument(..., help="Fournisseur : ovh, ou le nom donné dans sms-http.json"),
    keys_dir: Path = typer.Option(..., envvar="CER_KEYS_DIR", help="Dossier des clés"),
    public_url: str = typer.Option(..., envvar="CER_PUBLIC_URL", help="Adresse publique du service"),
) -> None:
    """Dit l'adresse à donner au fournisseur de SMS pour ses accusés de réception ; elle porte un secret."""
    key = receipts_key((keys_dir / PEPPER_FILE).read_bytes().strip(), provider)
    typer.echo(f"{public_url.rstrip('/')}/sms/receipts/{provider}?key={key}")


@app.command("own-seal")
def own_seal(
    folder: Path = typer.Argument(..., help="Dossier des clés"),
    organisation: str = typer.Option("Département d'essai", help="Nom inscrit au certificat"),
) -> None:
    """Fabrique un cachet d'essai (certificat, clé, racine) et la clé des codes ; un vrai site y met les siens."""
    write_own_seal(folder, organisation, SystemClock().now())
    typer.echo(f"Cachet d'essai écrit dans {folder}")
