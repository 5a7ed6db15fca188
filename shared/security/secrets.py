"""Secret keys of a service, as JWK files of its key folder: `<use>.<anything>.secret.json`, found by their `kid`.

`objects` keys encrypt files, `links` keys sign download links. Older keys stay beside the newer ones, to read what they
wrote.
"""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.kernel.errors import Refusal

BYTES = 32
LONGEST_KID = 31


class SecretKeyUnusable(Refusal):
    """A key file that cannot be used, or a setting that names a key which is not there: the service does not start."""

    code = "secret-key-unusable"
    title = "Clé secrète inutilisable"
    status = 500


def load_secrets(folder: Path, use: str) -> Mapping[str, bytes]:
    """The keys of one use by their `kid`, in the order of their files. Raises SecretKeyUnusable."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.glob(f"{use}.*.secret.json")):
        kid, key = _read(path)
        if kid in found:
            raise SecretKeyUnusable(f"Deux fichiers donnent la clé « {kid} » : {path.name} est de trop.")
        found[kid] = key
    return found


def make_secret(folder: Path, use: str, kid: str) -> Path:
    """Writes a new key, readable by its owner only; never over another. Raises SecretKeyUnusable."""
    path = folder / f"{use}.{kid}.secret.json"
    key = OctKey.import_key(secrets.token_bytes(BYTES), {"kid": kid, "use": "enc" if use == "objects" else "sig"})
    _checked(kid, key.raw_value, path.name)
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise SecretKeyUnusable(f"Le fichier {path.name} existe déjà : choisissez un autre nom de clé.") from None
    path.write_text(json.dumps(key.as_dict(private=True)))
    return path


def _read(path: Path) -> tuple[str, bytes]:
    try:
        key = OctKey.import_key(json.loads(path.read_text()))
    except (JoseError, ValueError, KeyError, OSError):
        raise SecretKeyUnusable(f"Le fichier {path.name} n'est pas une clé (JWK « oct ») lisible.") from None
    return _checked(key.kid or "", key.raw_value, path.name)


def _checked(kid: str, key: bytes, name: str) -> tuple[str, bytes]:
    if not (kid.isascii() and kid.replace("-", "").isalnum() and len(kid) <= LONGEST_KID):
        raise SecretKeyUnusable(f"Le nom de la clé de {name} : {LONGEST_KID} lettres, chiffres et tirets au plus.")
    if len(key) != BYTES:
        raise SecretKeyUnusable(f"La clé de {name} n'a pas {BYTES} octets.")
    return kid, key
