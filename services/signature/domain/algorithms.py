"""Until when what a seal or a timestamp is made of can be relied upon: ETSI TS 119 312 V1.5.1 (2024).

A table with dates, to be revised with each version of the standard. What it recommends without an end has none here;
what it does not know counts as ended since it was issued. The guide of ANSSI lets RSA of 2048 bits go on until the end
of 2030: the earlier end is taken.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

ISSUED: Final = datetime(2024, 10, 13, tzinfo=UTC)
_LEGACY: Final = datetime(2029, 1, 1, tzinfo=UTC)

# No end: the standard recommends them.
_DIGESTS: Final[dict[str, datetime | None]] = {
    "md5": datetime(2004, 8, 1, tzinfo=UTC),
    "sha1": datetime(2012, 8, 1, tzinfo=UTC),
    "sha224": _LEGACY,
    **dict.fromkeys(("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")),
}
_RSA_SHORT: Final = datetime(2019, 10, 1, tzinfo=UTC)
# Of each scheme, from which size of the key on; larger ones first.
_KEYS: Final[dict[str, tuple[tuple[int, datetime | None], ...]]] = {
    "rsassa_pkcs1v15": ((1900, _LEGACY), (1024, _RSA_SHORT)),
    "rsassa_pss": ((3000, None), (1900, _LEGACY), (1024, _RSA_SHORT)),
    "ecdsa": ((256, None), (224, datetime(2021, 10, 1, tzinfo=UTC)), (160, datetime(2012, 8, 1, tzinfo=UTC))),
}


@dataclass(frozen=True)
class Suite:
    """What a signature is made with: its digest, its scheme, the size of the key in bits."""

    digest: str
    scheme: str
    bits: int

    @property
    def until(self) -> datetime | None:
        """When the first of its parts ends; none while the standard foresees no end."""
        ends = [end for end in (_digest_end(self.digest), _key_end(self.scheme, self.bits)) if end is not None]
        return min(ends, default=None)


def _digest_end(name: str) -> datetime | None:
    return _DIGESTS.get(name, ISSUED)


def _key_end(scheme: str, bits: int) -> datetime | None:
    return next((end for least, end in _KEYS.get(scheme, ()) if bits >= least), ISSUED)
