"""Seals and opens the blocks of personal data: compact JWE, ECDH-ES and A256GCM (RFC 7516, RFC 7518 §4.6, §5.3).

A key is a JWK file of the service's key folder: `<block>.public.json` seals, `<block>.private.json` opens. After a
rotation older private keys stay as `<block>.<anything>.private.json` and are found by their `kid`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from pydantic import ValidationError

from shared.events.sealed import Block, Sealed
from shared.kernel.errors import Refusal

BlockT = TypeVar("BlockT", bound=Block)

ALGORITHMS = ["ECDH-ES", "A256GCM"]


class _Registry(jwe.JWERegistry):
    """The library opens 64 KiB by default; the texts of one CER are longer, up to what the outbox lets through."""

    max_ciphertext_length = 1024 * 1024


_REGISTRY = _Registry(algorithms=ALGORITHMS)


class BlockNotReadable(Refusal):
    """The block cannot be opened here: no key for it, or the token was altered."""

    code = "block-not-readable"
    title = "Bloc scellé illisible"


class KeyRing:
    """The keys that this service was given. Implements `Sealer`."""

    def __init__(self, public: Mapping[str, ECKey], private: Mapping[str, Sequence[ECKey]]) -> None:
        self._public = public
        self._private = {block: KeySet(list(keys)) for block, keys in private.items()}

    @classmethod
    def load(cls, folder: Path) -> "KeyRing":
        """Reads the JWK files of a folder."""
        public: dict[str, ECKey] = {}
        private: dict[str, list[ECKey]] = {}
        for path in sorted(folder.glob("*.public.json")):
            public[path.name.split(".")[0]] = ECKey.import_key(json.loads(path.read_text()))
        for path in sorted(folder.glob("*.private.json")):
            private.setdefault(path.name.split(".")[0], []).append(ECKey.import_key(json.loads(path.read_text())))
        return cls(public, private)

    @classmethod
    def generate(cls, *blocks: str) -> "KeyRing":
        """Fresh keys that can both seal and open: for tests and for the embedded set-up."""
        keys = {block: ECKey.generate_key("P-256", {"use": "enc", "kid": f"{block}-1"}) for block in blocks}
        return cls(keys, {block: [key] for block, key in keys.items()})

    def seal(self, block: Block) -> str:
        """The compact JWE of the block. Raises BlockNotReadable when the public key is missing."""
        key = self._public.get(block.name)
        if key is None:
            raise BlockNotReadable(f"Aucune clé publique pour le bloc « {block.name} » : complétez CER_KEYS_DIR.")
        header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": key.kid or "", "typ": f"cer-{block.name}+json"}
        return jwe.encrypt_compact(header, block.model_dump_json().encode(), key, registry=_REGISTRY)

    def open(self, kind: type[BlockT], sealed: Sealed[BlockT]) -> BlockT:
        """The block in clear; fields that this version does not know are ignored. Raises BlockNotReadable."""
        if sealed.block is not None:
            return sealed.block
        return self.open_token(kind, sealed.token or "")

    def open_token(self, kind: type[BlockT], token: str) -> BlockT:
        """Like `open`, from the token as stored."""
        keys = self._private.get(kind.name)
        if keys is None:
            raise BlockNotReadable(f"Aucune clé privée pour le bloc « {kind.name} ».")
        try:
            plain = jwe.decrypt_compact(token, keys, registry=_REGISTRY).plaintext
            return kind.model_validate_json(plain or b"", extra="ignore")
        except ValidationError:
            # Not chained: its message repeats the values.
            raise BlockNotReadable(f"Le bloc « {kind.name} » n'a pas la forme attendue.") from None
        except (JoseError, ValueError) as error:
            raise BlockNotReadable(f"Le bloc « {kind.name} » est altéré ou scellé avec une autre clé.") from error
