"""The named refusals about an export."""

from shared.kernel.errors import Refusal


class TooManyRows(Refusal):
    """More rows than a sheet holds."""

    code = "too-many-rows"
    title = "Export trop long pour un tableur"


class BackwardPeriod(Refusal):
    """The period ends before it begins."""

    code = "backward-period"
    title = "Saisie incorrecte"
    status = 422
