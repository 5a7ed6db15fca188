"""The day's counts of codes, whoever sends them: by number, agent, territory, département, and the budget of SMS."""

from services.signature.application.commands.means import Means
from services.signature.application.commands.metrics import SMS_BUDGET_SPENT
from services.signature.domain import rules
from services.signature.domain.ceilings import SmsBudgetSpent, TooManyCodesInDepartement, TooManyCodesInTerritory
from services.signature.domain.model import SignatureRequest
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import PARIS, legal_date
from shared.security.onetime import phone_mark
from shared.telemetry.logs import get_logger

log = get_logger(__name__)


async def count_code(means: Means, uow: UnitOfWork, who: tuple[SignatureRequest, str, str], segments: int) -> None:
    """Takes one of each count, always in this order. A refusal undoes those before it, with the transaction.

    `who`: the request, the agent who has the code sent, and the number. Raises TooManyCodesForNumber,
    TooManyCodesByAgent, TooManyCodesInTerritory, TooManyCodesInDepartement, SmsBudgetSpent.
    """
    request, agent, phone = who
    quotas, now, most = means.quotas_of(uow), means.clock.now(), means.ceilings
    day = legal_date(now)
    if not await quotas.use("number", phone_mark(means.pepper, phone), day, rules.CODES_A_NUMBER_A_DAY):
        raise rules.TooManyCodesForNumber
    if not await quotas.use("agent", agent, day, rules.CODES_AN_AGENT_A_DAY):
        raise rules.TooManyCodesByAgent
    if not await quotas.use("territory", request.territory, day, most.territory_a_day):
        raise TooManyCodesInTerritory(most.territory_a_day)
    if not await quotas.use("departement", "", day, most.departement_a_day):
        raise TooManyCodesInDepartement(most.departement_a_day)
    hour = f"{now.astimezone(PARIS):%H%z}"
    for period, key, limit in (("hour", hour, most.segments_an_hour), ("day", "", most.segments_a_day)):
        if not await quotas.use(f"segments-{period}", key, day, limit, segments):
            SMS_BUDGET_SPENT.labels(period).inc()
            log.error("sms.budget_spent", period=period, limit=limit)
            raise SmsBudgetSpent(period, limit)
