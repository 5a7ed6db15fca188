"""Keys of NIRs, and numbers of made-up people."""

from services.contracts.adapters.nir import KeyedNirs
from services.contracts.domain.dossiers.nir import NirHash

NIRS = KeyedNirs(b"a key for tests, 32 bytes or more")
OTHER_NIRS = KeyedNirs(b"another key for tests, just as long")
# With its key: 47.
NIR = "2900499123456"
OTHER_NIR = "1881199654321"


def hashed(number: str = NIR) -> NirHash:
    """As an import keeps it."""
    read = NIRS.read(number)
    assert isinstance(read, bytes)
    return NirHash(read)
