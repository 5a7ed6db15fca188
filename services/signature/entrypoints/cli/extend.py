"""`cer signature extend`: seals stay verifiable beyond the life of certificates."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import typer

from services.signature.adapters.archiving import Timestamping, archived
from services.signature.adapters.department_seal import AUTHORITY_ERRORS, load_trust
from services.signature.adapters.seal_options import Level
from services.signature.adapters.trusting import Trust
from services.signature.adapters.verifying import Verdict, verify
from services.signature.entrypoints.cli.report import EXIT_CODES, report
from shared.kernel.clock import PARIS, SystemClock

NOT_EXTENDED = 1


@dataclass(frozen=True)
class Archive:
    """With what files are extended, and which of them need it: those whose last proof ends before `before`."""

    trust: Trust
    stamping: Timestamping
    now: datetime
    before: datetime

    def extended(self, pdf: bytes) -> tuple[bytes | None, list[str]]:
        """The file with one more timestamp, verified, or none; and why not, in French."""
        found = verify(pdf, self.trust, self.now)
        if found.verdict is not Verdict.INTACT:
            return None, report(found)
        if found.level is Level.B_LTA and found.until is not None and found.until > self.before:
            return None, [f"Rien à faire : vérifiable jusqu'au {found.until.astimezone(PARIS):%d/%m/%Y}."]
        try:
            longer = archived(pdf, self.stamping, self.trust.roots)
        except AUTHORITY_ERRORS as error:
            return None, [f"L'autorité d'horodatage ou de révocation n'a pas répondu ({type(error).__name__})."]
        after = verify(longer, self.trust, self.now)
        if after.verdict is not Verdict.INTACT:
            return None, ["Le résultat ne se vérifie pas ; le fichier est laissé tel quel.", *report(after)]
        return longer, report(after)


def extend_files(
    files: list[Path] = typer.Argument(..., exists=True, dir_okay=False, help="Les PDF signés ; ils sont remplacés"),
    tsa_url: str = typer.Option(..., envvar="CER_TSA_URL", help="Autorité d'horodatage (RFC 3161)"),
    keys_dir: Path = typer.Option(..., envvar="CER_KEYS_DIR", help="Dossier de seal-root.pem et de tsa-root.pem"),
    days: int = typer.Option(180, help="Horodate à nouveau ce dont la dernière preuve finit dans ce délai"),
) -> None:
    """Porte des PDF signés au niveau B-LTA, et horodate à nouveau ceux dont la dernière preuve finit bientôt.

    Un fichier n'est remplacé qu'une fois le nouveau vérifié. Code de sortie : 0, ou 1 si l'un d'eux n'a pu l'être.
    """
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    trust, now = load_trust(keys_dir), SystemClock().now()
    archive = Archive(trust, Timestamping(tsa_url, trust.tsa_roots), now, now + timedelta(days=days))
    failed = False
    for file in files:
        longer, said = archive.extended(file.read_bytes())
        typer.echo(f"{file} : {' '.join(said)}")
        if longer is not None:
            _replace(file, longer)
        else:
            failed = failed or not said[0].startswith("Rien à faire")
    raise typer.Exit(NOT_EXTENDED if failed else EXIT_CODES[Verdict.INTACT])


def _replace(file: Path, content: bytes) -> None:
    """At once: a signed CER is never half written."""
    beside = file.with_name(f".{file.name}.extending")
    beside.write_bytes(content)
    beside.replace(file)
