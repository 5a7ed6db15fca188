"""The day's counts of codes, whoever sends them: by number, agent, territory, département, and the budget of SMS."""

from services.signature.application.commands.means import Means
from services.signature.application.commands.metrics import SMS_BUDGET_SPENT
from services.signature.domain import rules
from services.signature.domain.ceilings import SmsBudgetSpent, TooManyCodesInDepartement, TooManyCodesInTerritory
from services.signature.domain.model import SignatureRequest
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import legal_date
from shared.kernel.errors import Refusal
from shared.security.onetime import phone_mark
from shared.telemetry.logs import get_logger

log = get_logger(__name__)


async def count_code(means: Means, uow: UnitOfWork, who: tuple[SignatureRequest, str, str], segments: int) -> None:
    """Takes one of each count, always in this order. A refusal undoes those before it, with the transaction.

    `who`: the request, the agent who has the code sent, and the number. Raises TooManyCodesForNumber,
    TooManyCodesByAgent, TooManyCodesInTerritory, TooManyCodesInDepartement, SmsBudgetSpent.
    """
    request, agent, phone = who
    quotas, now = means.quotas_of(uow), means.clock.now()
    day = legal_date(now)
    if not await quotas.use("number", phone_mark(means.pepper, phone), day, rules.CODES_A_NUMBER_A_DAY):
        raise rules.TooManyCodesForNumber
    if not await quotas.use("agent", agent, day, rules.CODES_AN_AGENT_A_DAY):
        raise rules.TooManyCodesByAgent
    for scope, key, limit, units in means.ceilings.counts(request.territory, now, segments):
        if not await quotas.use(scope, key, day, limit, units):
            raise _refusal(scope, limit)


def _refusal(scope: str, limit: int) -> Refusal:
    if scope == "territory":
        return TooManyCodesInTerritory(limit)
    if scope == "departement":
        return TooManyCodesInDepartement(limit)
    period = scope.removeprefix("segments-")
    SMS_BUDGET_SPENT.labels(period).inc()
    log.error("sms.budget_spent", period=period, limit=limit)
    return SmsBudgetSpent(period, limit)
