"""Java programs, fetched once by Maven into a cache that all clones of the repository share.

Each program is a pom of `maven/`, with a list of the files that it must give and their SHA-256 (`<program>.sha256`,
in the format of sha256sum): what does not match is not run.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.embedded.component import Say, StartFailedError

POMS = Path(__file__).with_name("maven")
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


def cache() -> Path:
    """`$CER_CACHE`, otherwise `cer` in the user's cache folder."""
    if kept := os.environ.get("CER_CACHE"):
        return Path(kept).resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cer"


def java() -> str:
    """The Java to run (17 or newer): of JAVA_HOME, otherwise of the PATH. Raises StartFailedError without one."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if found is None:
        raise StartFailedError("Java 17 ou plus récent est introuvable : lancez « make install »")
    return found


def program(name: str, say: Say) -> Path:
    """The folder of the jars of a program, fetched when missing.

    The folder is named after the content of the list: a new version never mixes with an old one. Raises
    StartFailedError when Maven fails or when a file is not the one expected.
    """
    listing = (POMS / f"{name}.sha256").read_text()
    folder = cache() / f"{name}-{hashlib.sha256(listing.encode()).hexdigest()[:12]}"
    if folder.exists():
        return folder
    say(f"{name} : téléchargement par Maven (une seule fois, gardé dans {folder})…")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{name}-") as temporary:
        draft = Path(temporary) / "jars"
        _copy_dependencies(name, draft)
        _check(draft, listing)
        try:
            draft.rename(folder)
        except OSError:
            # Another start fetched it at the same time: its files passed the same check.
            if not folder.exists():
                raise
    return folder


def _copy_dependencies(name: str, folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise StartFailedError("Maven est introuvable : lancez « make install »")
    command = [maven, "-q", "-B", "-C", "-f", str(POMS / f"{name}.xml"), COPY, f"-DoutputDirectory={folder}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartFailedError(f"Maven n'a pas pu télécharger {name} :\n{(done.stdout + done.stderr)[-2000:]}")


def _check(folder: Path, listing: str) -> None:
    expected = {name: digest for digest, name in (line.split() for line in listing.splitlines())}
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.iterdir()}
    if wrong := sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)):
        raise StartFailedError(f"fichiers téléchargés différents de ceux attendus : {', '.join(wrong)}")
