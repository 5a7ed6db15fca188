"""The pepper: the key under which a service keeps hashes of what it must never keep itself. It is in no database."""

import secrets
from pathlib import Path

PEPPER_FILE = "otp.pepper"
SHORTEST = 32


def load_pepper(folder: Path) -> bytes:
    """The pepper of a key folder. Raises OSError, ValueError when it is too short."""
    pepper = (folder / PEPPER_FILE).read_bytes().strip()
    if len(pepper) < SHORTEST:
        raise ValueError(f"{PEPPER_FILE}: at least {SHORTEST} bytes are needed")
    return pepper


def ensure_pepper(folder: Path) -> None:
    """Writes a new one, readable by its owner only, unless there is one: codes and links hang on it."""
    path = folder / PEPPER_FILE
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_hex(SHORTEST).encode())
