"""Keys of the embedded system, made at the first start: the blocks' key pairs, each service's own, the seal.

var/keys/blocks/<block>.public.json, <block>.private.json     all pairs
var/keys/files/objects.<owner>-1.secret.json                  the keys that encrypt files, one for each owner
var/keys/<service>/                                           CER_KEYS_DIR: what that service may use, no more
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from joserfc.jwk import ECKey

from deploy.embedded.personas import DEPARTEMENT
from deploy.embedded.state import write_private
from services.signature.adapters.own_certificate import (
    PASSWORD_FILE,
    ROOT_FILE,
    SEAL_FILE,
    write_own_seal,
)
from shared.events.blocks import READERS
from shared.objects.grants import OWNERS, may_read
from shared.security.pepper import ensure_pepper
from shared.security.secrets import load_secrets, make_secret


def ensure_keys(folder: Path, services: tuple[str, ...]) -> None:
    """Make what is missing under `folder` (`var/keys`); what is there stays, so that what was sealed opens."""
    _private_folder(folder)
    for block in READERS:
        _ensure_pair(_private_folder(folder / "blocks"), block)
    for service in services:
        _give(folder / "blocks", _private_folder(folder / service), service)
    for owner in OWNERS:
        _give_files_key(folder, owner)
    if not load_secrets(folder / "documents", "links"):
        make_secret(folder / "documents", "links", "links-1")
    for service in ("notifications", "signature"):
        ensure_pepper(_private_folder(folder / service))
    seal = folder / "signature"
    if not all((seal / name).exists() for name in (SEAL_FILE, PASSWORD_FILE, ROOT_FILE)):
        write_own_seal(seal, DEPARTEMENT, datetime.now(UTC))


def _private_folder(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _ensure_pair(folder: Path, block: str) -> None:
    private, public = folder / f"{block}.private.json", folder / f"{block}.public.json"
    if not private.exists():
        key = ECKey.generate_key("P-256", {"use": "enc"}, private=True)
        jwk = {**key.as_dict(private=True), "kid": f"{block}-{key.thumbprint()[:8]}"}
        write_private(private, json.dumps(jwk))
    if not public.exists():
        key = ECKey.import_key(json.loads(private.read_text()))
        write_private(public, json.dumps(key.as_dict(private=False)))


def _give(blocks: Path, folder: Path, service: str) -> None:
    """All public keys, and the private ones of the blocks that this service reads."""
    for block, readers in READERS.items():
        public, private = f"{block}.public.json", f"{block}.private.json"
        write_private(folder / public, (blocks / public).read_bytes())
        if service in readers:
            write_private(folder / private, (blocks / private).read_bytes())
        else:
            (folder / private).unlink(missing_ok=True)  # it was a reader once


def files_key(owner: str) -> str:
    """The name of the key that encrypts this service's files, its `CER_OBJECTS_KEY`; none when it writes no file."""
    return f"{owner}-1" if owner in OWNERS else ""


def _give_files_key(folder: Path, owner: str) -> None:
    """The key of an owner's files, to the owner and to whoever reads them."""
    name = f"objects.{files_key(owner)}.secret.json"
    made = _private_folder(folder / "files") / name
    if not made.exists():
        make_secret(made.parent, "objects", files_key(owner))
    for given in (one for one in folder.iterdir() if one.is_dir() and may_read(one.name, owner)):
        write_private(given / name, made.read_bytes())
