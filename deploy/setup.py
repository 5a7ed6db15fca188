"""Puts on this machine what the repository needs: system packages, `.venv` from the lock. `python3 -m deploy.setup`.

Runs on the bare `python3` of the machine: standard library only. As root on Debian it installs what is missing;
elsewhere it says exactly what is, and stops. When nothing has changed it takes a fraction of a second.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed"
PYTHON = (3, 11)
JAVA = 17
FONTS = Path("/usr/share/fonts/truetype")


class SetupError(Exception):
    """What stops the set-up, in words for whoever runs it."""


def main() -> int:
    """Set up; returns the exit code."""
    try:
        check_python()
        install_packages(missing_packages())
        install_python()
    except SetupError as error:
        print(f"Mise en place impossible : {error}", file=sys.stderr)
        return 1
    return 0


def check_python() -> None:
    """Raises SetupError when this Python is too old."""
    if sys.version_info < PYTHON:
        raise SetupError(f"Python {PYTHON[0]}.{PYTHON[1]} ou plus récent est nécessaire, voici {sys.version}")


def missing_packages() -> list[str]:
    """The Debian packages that bring what this machine has not."""
    has = {
        "python3-venv": importlib.util.find_spec("ensurepip") is not None,
        "default-jre-headless": _java_version() >= JAVA,
        # Plays the token that keeps a seal's key, in tests.
        "softhsm2": shutil.which("softhsm2-util") is not None,
        # The browser in which tests open the pages that persons are served.
        "chromium": shutil.which("chromium") is not None,
        "maven": shutil.which("mvn") is not None,
        "libpango-1.0-0": _has_library("libpango-1.0.so.0"),
        "libpangoft2-1.0-0": _has_library("libpangoft2-1.0.so.0"),
        # Without it a render takes more than twice as long.
        "libharfbuzz-subset0": _has_library("libharfbuzz-subset.so.0"),
        "libfontconfig1": _has_library("libfontconfig.so.1"),
        "fonts-noto-core": (FONTS / "noto" / "NotoSans-Regular.ttf").exists(),
        "fonts-symbola": any((FONTS / "ancient-scripts").glob("Symbola*.ttf")),
    }
    return [package for package, present in has.items() if not present]


def install_packages(packages: list[str]) -> None:
    """Install them as root on Debian. Raises SetupError elsewhere, with the command to run."""
    if not packages:
        return
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        raise SetupError(
            f"il manque, sous leur nom dans Debian : {', '.join(packages)}.\n"
            f"Sur Debian, en tant que root : {command}\n"
            "Ailleurs, installez ce qui leur correspond."
        )
    print(f"paquets du système : {', '.join(packages)}…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "-qq", "update"], env=environment)
    _run(["apt-get", "-qq", "-y", "install", "--no-install-recommends", *packages], env=environment)
    if still := missing_packages():
        raise SetupError(f"installés, mais toujours introuvables : {', '.join(still)}")


def install_python() -> None:
    """Make `.venv` and install the locked packages and the project, unless that was done from this lock already."""
    wanted = _fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    python = VENV / "bin" / "python"
    if not _works(python):
        print("création de .venv…", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(VENV)])
    print("paquets Python de requirements.lock…", flush=True)
    _install_locked(python)
    pip = [str(python), "-m", "pip", "install", "-q"]
    _run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    STAMP.write_text(wanted)


def _install_locked(python: Path) -> None:
    """By uv of the lock, several times as fast as pip; by pip where uv cannot be had or reaches nothing.

    Behind a proxy that re-signs what it lets through, only the machine's own certificates help; without one uv does
    better with those that it brings.
    """
    pip, uv = [str(python), "-m", "pip", "install", "-q"], VENV / "bin" / "uv"
    hashed = ["--require-hashes", "--no-deps", "-r"]
    if not _works(uv):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
            only_uv.write(_locked("uv"))
            only_uv.flush()
            _run([*pip, *hashed, only_uv.name])
    quick = [str(uv), "pip", "install", "-q", "--python", str(python)]
    for command in ([*quick, *hashed, str(LOCK)], [*quick, "--system-certs", *hashed, str(LOCK)]):
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return
    _run([*pip, *hashed, str(LOCK)])


def _locked(package: str) -> str:
    """The lines of the lock for one package: version and hashes. Raises SetupError when it is not in it."""
    found = re.search(rf"^{package}==.*?(?=^\S|\Z)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    if found is None:
        raise SetupError(f"{package} n'est pas dans {LOCK.name}")
    return found.group()


def _fingerprint() -> str:
    """What the installation depends on."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode(), sys.version.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _java_version() -> int:
    """Major version of the machine's Java; 0 without one."""
    java = shutil.which("java", path=f"{os.environ['JAVA_HOME']}/bin") if "JAVA_HOME" in os.environ else None
    java = java or shutil.which("java")
    if java is None:
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _works(program: Path) -> bool:
    """Whether it runs: a `.venv` of another machine or of a removed Python does not."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(command: list[str], env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(f"« {' '.join(command)} » a échoué :\n{(done.stdout + done.stderr)[-3000:]}")


if __name__ == "__main__":
    sys.exit(main())
