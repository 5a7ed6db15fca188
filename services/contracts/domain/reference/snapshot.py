"""The lists and legal texts as they stand, for the rules of a CER: read once for each transaction, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.contracts.domain.reference.lists import ListName, ReferenceList
from services.contracts.domain.reference.texts import DatedText, LegalText


@dataclass(frozen=True)
class Reference:
    """What the Département keeps for all, but its territories and prompts, which no rule of a CER needs."""

    lists: Mapping[ListName, ReferenceList]
    texts: Mapping[LegalText, DatedText]

    def label(self, name: ListName, code: str, on: date) -> str:
        """What is shown that day for a code. Raises UnknownEntry."""
        return self.lists[name].get(code).label(on)

    def text_version(self, key: LegalText, on: date) -> int:
        """The version of a text in force that day. Raises NoTextInForce."""
        return self.texts[key].in_force(on).version
