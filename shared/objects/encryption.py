"""Files at rest: encrypted in segments, so that a part of one is read, and authenticated, without the rest.

Each file has a key of its own, derived (HKDF-SHA256, RFC 5869) from the service's key, a random salt, the file's header
and its path; each segment of 64 KiB is AES-256-GCM (NIST SP 800-38D) under the number of the segment and whether it is
the last. So a segment that was changed, moved, swapped with another file's or cut off does not open. It is STREAM
(Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015).

The header names the key and holds a proof of it, so that a wrong key is told from a damaged file.
"""

import hmac
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.objects.errors import ObjectAltered, ObjectKeyMissing
from shared.security.secrets import SecretKeyUnusable, load_secrets

SEGMENT = 64 * 1024
TAG = 16

_MAGIC = b"CERFILE\x01"
# Magic and version, key id, salt, proof of the key, size of the content.
_HEADER = struct.Struct(">8s31sx16s16sQ")
HEADER = _HEADER.size


@dataclass(frozen=True)
class Header:
    """What stands before the segments, in clear."""

    kid: str
    salt: bytes
    proof: bytes
    size: int

    @classmethod
    def read(cls, stored: bytes) -> Self | None:
        """The header of an encrypted file; none for one in clear."""
        if not stored.startswith(_MAGIC):
            return None
        if len(stored) < HEADER:
            raise altered()
        _, kid, salt, proof, size = _HEADER.unpack_from(stored)
        return cls(kid.rstrip(b"\0").decode("ascii", "replace"), salt, proof, size)

    @property
    def packed(self) -> bytes:
        """As it stands in the file."""
        return _HEADER.pack(_MAGIC, self.kid.encode(), self.salt, self.proof, self.size)

    @property
    def segments(self) -> int:
        """How many there are; an empty file has one."""
        return max(1, -(-self.size // SEGMENT))

    @property
    def stored_size(self) -> int:
        """The size of the whole file at rest."""
        return HEADER + self.size + self.segments * TAG


class FileKeys:
    """The keys by which this service writes and reads files. `current` writes; none: files are written in clear."""

    def __init__(self, keys: Mapping[str, bytes], current: str = "") -> None:
        if current and current not in keys:
            raise SecretKeyUnusable(f"CER_OBJECTS_KEY nomme la clé « {current} », qui n'est pas dans CER_KEYS_DIR.")
        self._keys = keys
        self.current = current

    @classmethod
    def load(cls, folder: Path, current: str) -> Self:
        """The keys of a folder. Raises SecretKeyUnusable."""
        return cls(load_secrets(folder, "objects"), current)

    def seal(self, path: str, content: bytes) -> bytes:
        """The file as it is stored at this path."""
        salt = os.urandom(16)
        master = self._keys[self.current]
        header = Header(self.current, salt, _proof(master, salt), len(content))
        cipher = _cipher(master, header, path)
        segments = (
            cipher.encrypt(_nonce(at, header), content[at * SEGMENT : (at + 1) * SEGMENT], None)
            for at in range(header.segments)
        )
        return b"".join((header.packed, *segments))

    def unsealing(self, path: str, header: Header) -> "Unsealing":
        """What opens the segments of the file of this header. Raises ObjectKeyMissing."""
        master = self._keys.get(header.kid)
        if master is None:
            raise ObjectKeyMissing(
                f"Ce fichier est chiffré par la clé « {header.kid} », que ce service n'a pas : ajoutez-la à son "
                "dossier CER_KEYS_DIR."
            )
        if not hmac.compare_digest(_proof(master, header.salt), header.proof):
            raise ObjectKeyMissing(
                f"La clé « {header.kid} » de CER_KEYS_DIR n'est pas celle qui a chiffré ce fichier : remettez la bonne."
            )
        return Unsealing(header, _cipher(master, header, path))


class Unsealing:
    """Opens segments of one file."""

    def __init__(self, header: Header, cipher: AESGCM) -> None:
        self._header = header
        self._cipher = cipher

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """Where in the stored file the segments stand that hold these bytes of the content."""
        first, last = self._around(start, stop)
        end = min(HEADER + (last + 1) * (SEGMENT + TAG), self._header.stored_size)
        return HEADER + first * (SEGMENT + TAG), end

    def open(self, stored: bytes, start: int, stop: int) -> bytes:
        """These bytes of the content, from the segments of their span. Raises ObjectAltered."""
        first, last = self._around(start, stop)
        step = SEGMENT + TAG
        try:
            content = b"".join(
                self._cipher.decrypt(_nonce(first + at, self._header), stored[at * step : (at + 1) * step], None)
                for at in range(last - first + 1)
            )
        except InvalidTag:
            raise altered() from None
        return content[start - first * SEGMENT : stop - first * SEGMENT]

    def _around(self, start: int, stop: int) -> tuple[int, int]:
        return start // SEGMENT, max(start, stop - 1) // SEGMENT


def altered() -> ObjectAltered:
    """The one refusal for what is not what was stored."""
    return ObjectAltered("Le fichier n'est plus celui qui a été enregistré : prévenez l'administrateur.")


def _proof(master: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), 16, salt, b"cer file: which key").derive(master)


def _cipher(master: bytes, header: Header, path: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, header.salt, b"cer file:" + header.packed + path.encode()).derive(master))


def _nonce(at: int, header: Header) -> bytes:
    return at.to_bytes(11, "big") + bytes((at == header.segments - 1,))
