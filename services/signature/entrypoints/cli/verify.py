"""`cer signature verify`: what a signed PDF establishes, without network."""

import logging
from datetime import datetime
from pathlib import Path

import typer
from asn1crypto.x509 import Certificate

from services.signature.adapters.confronting import Match, confront, confront_addendum
from services.signature.adapters.own_certificate import ROOT_FILE, TSA_ROOT_FILE
from services.signature.adapters.seal_keys import load_certificates
from services.signature.adapters.trusting import Trust
from services.signature.adapters.verifying import Verdict, Verification, verify
from services.signature.adapters.yousign.account import ROOT_FILE as YOUSIGN_ROOT_FILE
from services.signature.adapters.yousign.judging import judge
from services.signature.entrypoints.cli.report import (
    ADDENDUM_DIFFERS,
    NO_CERTIFICATE,
    addendum_report,
    evidence_report,
    exit_code,
    not_by_this_file,
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
    addendum: Path = typer.Option(
        None, exists=True, dir_okay=False, help="L'additif (JSON) à confronter au dossier de preuve"
    ),
    yousign_certificate: Path = typer.Option(
        None,
        exists=True,
        dir_okay=False,
        help=f"Certificats sous lesquels Yousign signe (PEM) ; à défaut CER_KEYS_DIR/{YOUSIGN_ROOT_FILE}, s'il y est",
    ),
    keys_dir: Path = typer.Option(None, envvar="CER_KEYS_DIR", hidden=True),
) -> None:
    """Dit ce qu'un CER signé établit, et ce qu'il n'établit pas, sans réseau.

    Code de sortie : 0 intact, 1 altéré, 2 cachet inconnu, 3 sans cachet, 4 illisible, 5 certificat absent, 6 modifié
    après coup, 7 certificat expiré, 8 certificat révoqué, 9 dossier de preuve qui ne concorde pas, 10 additif qui ne
    concorde pas.
    """
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    if addendum is not None and evidence is None:
        typer.echo("L'additif complète un dossier de preuve : indiquez celui-ci par --evidence.", err=True)
        raise typer.Exit(ADDENDUM_DIFFERS)
    trust, now = _trust(certificate, tsa_certificate, keys_dir, needed=yousign_certificate is None), SystemClock().now()
    pdf = file.read_bytes()
    found = verify(pdf, trust, now)
    if found.verdict is not Verdict.INTACT:
        found = judge(pdf, _yousign(yousign_certificate, keys_dir), now) or found
    lines, code = _said(found, pdf, (evidence, addendum), trust, now)
    for line in lines:
        typer.echo(line)
    raise typer.Exit(code)


def _said(
    found: Verification, pdf: bytes, beside: tuple[Path | None, Path | None], trust: Trust, now: datetime
) -> tuple[list[str], int]:
    """What is said of the file, of its evidence and of what completes that; and the exit code."""
    lines, (evidence, addendum) = report(found), beside
    if found.verdict is not Verdict.INTACT:
        return lines, exit_code(found, None)
    if evidence is None:
        return [*lines, not_by_this_file(found)], exit_code(found, None)
    written = evidence.read_bytes()
    held, added = confront(written, pdf, found, trust, now), None
    lines += evidence_report(held)
    if addendum is not None and held.match is Match.AGREES:
        added = confront_addendum(addendum.read_bytes(), written, trust, now)
        lines += addendum_report(added)
    return lines, exit_code(found, held, added)


def _trust(certificate: Path | None, tsa_certificate: Path | None, keys_dir: Path | None, *, needed: bool) -> Trust:
    root = certificate or (keys_dir / ROOT_FILE if keys_dir else None)
    stamps = tsa_certificate or (keys_dir / TSA_ROOT_FILE if keys_dir else None)
    if root is None or not root.exists():
        if not needed:
            return Trust([])
        typer.echo("Indiquez le certificat du Département, ou celui de son autorité, par --certificate.", err=True)
        raise typer.Exit(NO_CERTIFICATE)
    if tsa_certificate is not None and not tsa_certificate.exists():
        typer.echo(f"Le certificat d'horodatage {tsa_certificate} n'existe pas.", err=True)
        raise typer.Exit(NO_CERTIFICATE)
    return Trust(_certificates(root), _certificates(stamps) if stamps is not None and stamps.exists() else [])


def _yousign(given: Path | None, keys_dir: Path | None) -> list[Certificate]:
    path = given or (keys_dir / YOUSIGN_ROOT_FILE if keys_dir else None)
    return _certificates(path) if path is not None and path.exists() else []


def _certificates(path: Path) -> list[Certificate]:
    try:
        return load_certificates(path)
    except (OSError, ValueError):
        typer.echo(f"{path} n'est pas un certificat lisible : donnez un fichier PEM ou DER.", err=True)
        raise typer.Exit(NO_CERTIFICATE) from None
