"""What is kept of a NIR (numéro d'inscription au répertoire, art. R114-1 of the Code de la sécurité sociale).

Only a keyed hash, and only where the département allows it. Here it is a token that two mentions of one person share.
"""

from enum import StrEnum
from typing import NewType

NirHash = NewType("NirHash", bytes)


class UnusableNir(StrEnum):
    """Why a number that a file gives identifies nobody; names do then.

    Provisional: given while a person awaits theirs, replaced by another one later, so it is not kept.
    """

    UNREADABLE = "nir-unreadable"
    PROVISIONAL = "nir-provisional"
