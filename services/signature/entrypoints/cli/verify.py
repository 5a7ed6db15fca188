"""`cer signature verify`: what a signed PDF establishes, without network."""

import logging
from pathlib import Path

import typer

from services.signature.adapters.confronting import confront
from services.signature.adapters.own_certificate import ROOT_FILE, TSA_ROOT_FILE
from services.signature.adapters.seal_keys import load_certificates
from services.signature.adapters.trusting import Trust
from services.signature.adapters.verifying import Verdict, verify
from services.signature.entrypoints.cli.report import (
    NO_CERTIFICATE,
    NOT_BY_THIS_FILE,
    evidence_report,
    exit_code,
    report,
)
from shared.kernel.clock import SystemClock


def verify_file(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="Le PDF à vérifier"),
    certificate: Path = typer.Option(
        None,
        "--certificate",
        "--root",
        help=f"Certificat du cachet ou de son autorité (PEM) ; à défaut CER_KEYS_DIR/{ROOT_FILE}",
    ),
    tsa_certificate: Path = typer.Option(
        None, help=f"Certificat de l'autorité d'horodatage (PEM) ; à défaut CER_KEYS_DIR/{TSA_ROOT_FILE}, s'il y est"
    ),
    evidence: Path = typer.Option(
        None, exists=True, dir_okay=False, help="Le dossier de preuve (PDF, ou JSON) à confronter au document"
    ),
    keys_dir: Path = typer.Option(None, envvar="CER_KEYS_DIR", hidden=True),
) -> None:
    """Dit ce qu'un CER signé établit, et ce qu'il n'établit pas, sans réseau.

    Code de sortie : 0 intact, 1 altéré, 2 cachet inconnu, 3 sans cachet, 4 illisible, 5 certificat absent, 6 modifié
    après coup, 7 certificat expiré, 8 certificat révoqué, 9 dossier de preuve qui ne concorde pas.
    """
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    trust, now = _trust(certificate, tsa_certificate, keys_dir), SystemClock().now()
    pdf = file.read_bytes()
    found = verify(pdf, trust, now)
    held = None
    lines = report(found)
    if found.verdict is Verdict.INTACT:
        if evidence is not None:
            held = confront(evidence.read_bytes(), pdf, found, trust, now)
        lines += evidence_report(held) if held is not None else [NOT_BY_THIS_FILE]
    for line in lines:
        typer.echo(line)
    raise typer.Exit(exit_code(found, held))


def _trust(certificate: Path | None, tsa_certificate: Path | None, keys_dir: Path | None) -> Trust:
    root = certificate or (keys_dir / ROOT_FILE if keys_dir else None)
    stamps = tsa_certificate or (keys_dir / TSA_ROOT_FILE if keys_dir else None)
    if root is None or not root.exists():
        typer.echo("Indiquez le certificat du Département, ou celui de son autorité, par --certificate.", err=True)
        raise typer.Exit(NO_CERTIFICATE)
    if tsa_certificate is not None and not tsa_certificate.exists():
        typer.echo(f"Le certificat d'horodatage {tsa_certificate} n'existe pas.", err=True)
        raise typer.Exit(NO_CERTIFICATE)
    try:
        return Trust(
            load_certificates(root), load_certificates(stamps) if stamps is not None and stamps.exists() else []
        )
    except ValueError:
        typer.echo("Le certificat indiqué n'en est pas un : donnez un fichier PEM ou DER.", err=True)
        raise typer.Exit(NO_CERTIFICATE) from None
