"""The named refusals about keeping a dossier."""

from shared.kernel.errors import Refusal


class AlreadyHeld(Refusal):
    """One legal hold at a time."""

    code = "already-held"
    title = "Conservation déjà demandée"


class NotHeld(Refusal):
    """There is no legal hold to lift."""

    code = "not-held"
    title = "Aucune conservation en cours"


class NotArchived(Refusal):
    """The dossier is in the active base."""

    code = "not-archived"
    title = "Dossier non archivé"
