"""How many codes may leave in a day for a territory and for the département, and what SMS may cost before none leaves.

They stop what no limit of a request, a number or an agent stops: many at once (SMS pumping, a loop of our own).
"""

from services.signature.domain.rules import INSTEAD
from shared.kernel.errors import Refusal


class TooManyCodesInTerritory(Refusal):
    """The territory's codes of the day are used up."""

    code = "too-many-codes-territory"
    title = "Trop de codes pour le territoire"
    status = 429

    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most} codes sont déjà partis aujourd'hui pour ce territoire, le maximum. Prévenez l'administrateur, "
            f"reprenez demain, ou {INSTEAD}."
        )


class TooManyCodesInDepartement(Refusal):
    """The département's codes of the day are used up."""

    code = "too-many-codes-departement"
    title = "Trop de codes pour le Département"
    status = 429

    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most} codes sont déjà partis aujourd'hui pour le Département, le maximum. Prévenez l'administrateur, "
            f"reprenez demain, ou {INSTEAD}."
        )


class SmsBudgetSpent(Refusal):
    """The breaker: so many segments have left that no other does until the hour or the day is over."""

    code = "sms-budget-spent"
    title = "Envoi de SMS suspendu"
    status = 503

    def __init__(self, period: str, most: int) -> None:
        when = {"hour": "dans cette heure", "day": "aujourd'hui"}[period]
        again = {"hour": "à l'heure suivante", "day": "demain"}[period]
        super().__init__(
            f"Le budget de SMS est atteint ({most} {when}) : plus aucun ne part, l'administrateur est alerté. "
            f"Reprenez {again}, ou {INSTEAD}."
        )
        self.period = period
