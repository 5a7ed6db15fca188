"""How a site seals."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FONT = Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf")


class Level(StrEnum):
    """How long a seal can be verified by itself (ETSI EN 319 142-1, 6.1), each holding the one before.

    B-B: while the certificate lives. B-T: a trusted authority said when. B-LT: with the proofs that nothing was
    revoked. B-LTA: with a timestamp over all of it, to be renewed.
    """

    B_B = "b-b"
    B_T = "b-t"
    B_LT = "b-lt"
    B_LTA = "b-lta"


@dataclass(frozen=True)
class Pkcs11:
    """Where the token's driver is, the token's label, and the label of the key in it."""

    module: Path
    token: str
    key: str


@dataclass(frozen=True)
class SealOptions:
    """The level, the authority that gives the time, the token that keeps the key, and whose name dossiers bear."""

    level: Level = Level.B_B
    tsa_url: str = ""
    tsa_timeout_seconds: float = 10.0
    token: Pkcs11 | None = None
    font: Path = FONT
    departement: str = "Département"
