"""The commentaire's note, from the référent to the insertion service: in no edition, mail, event or trace."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """The text and the agent who wrote it: only they, the insertion service and its head read it."""

    text: str = ""
    author_id: str | None = None

    def rewritten(self, text: str | None, by: str) -> "Note":
        """The note after a save; `None` leaves it, since an agent who may not read it must not erase it."""
        if text is None or text == self.text:
            return self
        return Note(text, by) if text else Note()
