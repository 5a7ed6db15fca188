"""Key folders as a set-up hands them out: every public key, and the private ones of the blocks a service may read."""

import json
from collections.abc import Mapping
from pathlib import Path

from joserfc.jwk import ECKey

from shared.events.blocks import BLOCKS, READERS
from shared.security.sealing import KeyRing
from shared.security.secrets import make_secret


def key_folder(folder: Path, service: str) -> KeyRing:
    """Fills the folder of a service, and gives the ring that opens everything, for what the others would do."""
    return key_folders({service: folder})


def key_folders(folders: Mapping[str, Path]) -> KeyRing:
    """Fills the folder of each service with the same keys, and gives the ring that opens everything."""
    keys = {
        block.name: ECKey.generate_key("P-256", {"use": "enc", "kid": f"{block.name}-test"}, private=True)
        for block in BLOCKS
    }
    for service, folder in folders.items():
        folder.mkdir(parents=True, exist_ok=True)
        if service == "documents":
            make_secret(folder, "links", "links-test")
        for name, key in keys.items():
            (folder / f"{name}.public.json").write_text(json.dumps(key.as_dict(private=False)))
            if service in READERS[name]:
                (folder / f"{name}.private.json").write_text(json.dumps(key.as_dict(private=True)))
    return KeyRing(keys, {name: [key] for name, key in keys.items()})
