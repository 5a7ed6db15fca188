"""`cer signature extend`: seals stay verifiable beyond the life of certificates."""

import logging
from datetime import timedelta
from pathlib import Path

import typer

from services.signature.adapters.archiving import Timestamping
from services.signature.adapters.department_seal import load_trust
from services.signature.adapters.verifying import Verdict
from services.signature.entrypoints.cli.archive import Archive
from services.signature.entrypoints.cli.report import EXIT_CODES
from services.signature.entrypoints.cli.stored import extend_stored
from services.signature.settings import Settings
from shared.kernel.clock import SystemClock
from shared.runtime.commands import run_or_tell, whole

NOT_EXTENDED = 1


def extend_files(
    files: list[Path] = typer.Argument(None, exists=True, dir_okay=False, help="Les PDF signés ; ils sont remplacés"),
    stored: bool = typer.Option(False, "--stored", help="Les PDF signés et dossiers de preuve que le service garde"),
    tsa_url: str = typer.Option(..., envvar="CER_TSA_URL", help="Autorité d'horodatage (RFC 3161)"),
    keys_dir: Path = typer.Option(..., envvar="CER_KEYS_DIR", help="Dossier de seal-root.pem et de tsa-root.pem"),
    days: int = typer.Option(180, help="Horodate à nouveau ce dont la dernière preuve finit dans ce délai"),
) -> None:
    """Porte des PDF signés au niveau B-LTA, et horodate à nouveau ceux dont la dernière preuve finit bientôt.

    Une preuve finit avec son certificat, ou avec ses algorithmes (ETSI TS 119 312). Un fichier n'est remplacé qu'une
    fois le nouveau vérifié. Interrompue, la commande reprend où elle en était. Code de sortie : 0, ou 1 si un fichier
    n'a pu l'être.
    """
    if bool(files) is stored:
        raise typer.BadParameter("Nommez des fichiers, ou demandez ceux du service par --stored.")
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    trust, now = load_trust(keys_dir), SystemClock().now()
    archive = Archive(trust, Timestamping(tsa_url, trust.tsa_roots), now, now + timedelta(days=days))
    well = run_or_tell(extend_stored(archive, Settings())) if stored else _extend(files, archive)
    raise typer.Exit(EXIT_CODES[Verdict.INTACT] if well else NOT_EXTENDED)


def _extend(files: list[Path], archive: Archive) -> bool:
    well = True
    for file in files:
        done = archive.extended(file.read_bytes())
        typer.echo(f"{file} : {' '.join(done.said)}")
        if done.content is not None:
            with whole(file) as unfinished:
                unfinished.write_bytes(done.content)
        well = well and done.well
    return well
