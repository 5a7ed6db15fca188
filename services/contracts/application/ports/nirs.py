"""Reads NIRs: what comes in is a number, what goes further is a keyed hash."""

from typing import Protocol

from services.contracts.domain.dossiers.nir import NirHash, UnusableNir


class Nirs(Protocol):
    """Keeps the key; the number goes no further."""

    def read(self, text: str) -> NirHash | UnusableNir | None:
        """The hash of a number as a file has it, with or without its key; none when the text is empty."""
        ...
