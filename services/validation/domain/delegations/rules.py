"""Named refusals of delegations."""

from shared.kernel.errors import Forbidden, Invalid, NotFound, Refusal


class DelegationRequired(Forbidden):
    """Only the chef de service decides, or who holds a delegation in force for this CER."""

    code = "delegation-required"
    title = "Délégation nécessaire"


class UnknownDelegation(NotFound):
    """No delegation has this id."""

    code = "unknown-delegation"
    title = "Délégation introuvable"


class DelegationIncoherent(Invalid):
    """Days out of order or past, nobody who delegates, or oneself."""

    code = "delegation-incoherent"
    title = "Délégation incohérente"


class DelegationOfAnother(Forbidden):
    """A chef de service gives delegations in their own name; the admin, in that of any."""

    code = "delegation-of-another"
    title = "Délégation d'un autre chef de service"


class DelegationsOverlap(Refusal):
    """One agent holds one delegation at a time: what they may decide, and for whom, is never in doubt."""

    code = "delegations-overlap"
    title = "Délégations qui se chevauchent"

    def __init__(self) -> None:
        super().__init__(
            "Cet agent tient déjà une délégation sur une partie de ces jours : mettez-y fin d'abord, ou choisissez "
            "d'autres dates."
        )


class DelegationOver(Refusal):
    """It was ended, or its last day is past."""

    code = "delegation-over"
    title = "Délégation terminée"
