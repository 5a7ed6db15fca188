"""What the lists and texts said when a CER was frozen: what was signed keeps showing it, whatever changes later."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.domain.cers.draft import Draft
from services.contracts.domain.reference.lists import ListName
from services.contracts.domain.reference.snapshot import Reference
from services.contracts.domain.reference.texts import SHOWN_IN_CER, LegalText
from shared.events.reference import PinnedText


class Pinned(BaseModel):
    """Labels of the themes and diagnostics by code, versions of the legal texts by key: of the date de signature."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    themes: dict[str, str]
    texts: dict[str, int]
    diagnostics: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def of(cls, draft: Draft, reference: Reference) -> "Pinned":
        """For a complete CER. Raises NoTextInForce."""
        if draft.date_signature is None:
            raise ValueError("only a complete CER is frozen")
        on = draft.date_signature
        codes = [objective.theme for objective in draft.objectives if objective.theme is not None]
        return cls(
            themes={code: reference.label(ListName.THEMES, code, on) for code in codes},
            diagnostics={
                code: reference.label(ListName.DIAGNOSTICS, code, on)
                for objective in draft.objectives
                for code in objective.diagnostics
            },
            texts={key.value: reference.text_version(key, on) for key in SHOWN_IN_CER},
        )

    def told(self) -> tuple[PinnedText, ...]:
        """The texts of the CER, for its events."""
        return tuple(PinnedText(text_id=key, version=version) for key, version in sorted(self.texts.items()))

    def told_with_appeal(self, reference: Reference, decided_on: date) -> tuple[PinnedText, ...]:
        """The same, with the means of appeal of the day of the decision. Raises NoTextInForce."""
        key = LegalText.DECISION_APPEAL
        appeal = PinnedText(text_id=key.value, version=reference.text_version(key, decided_on))
        return (*self.told(), appeal)
