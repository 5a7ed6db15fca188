"""Named refusals of notifications."""

from shared.kernel.errors import ImpossibleMove


class NotWritten(ImpossibleMove):
    """A message without words: it did not leave, or it is a letter."""

    code = "message-not-written"
    title = "Message sans texte"
