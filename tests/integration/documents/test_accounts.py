"""What the directory says holds here on the request after its event: closed accounts, territories, replacements."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from sqlalchemy import text

from shared.accounts.following import Accounts
from shared.events.replacements import ReplacementChanged
from shared.kernel.clock import FixedClock
from shared.security.principal import Principal, Role
from tests.builders.accounts import Leaver
from tests.builders.events import REFERENT_ID, sample
from tests.builders.relations import agent_changed, hear
from tests.builders.replacements import SUBSTITUTE_ID
from tests.integration.documents.conftest import Documents

pytestmark = pytest.mark.integration


async def test_a_closed_account_opens_no_endpoint_and_the_order_of_events_does_not_matter(documents: Documents) -> None:
    leaver = Leaver("documents", documents.app, documents.client, documents.issuer)
    assert (await leaver.refused_at())[0] == set()

    await leaver.told(3, active=False)
    await leaver.told(2, active=True)
    refused, others = await leaver.refused_at()

    assert refused
    assert others == set()
    await leaver.told(4, active=True)
    assert (await leaver.refused_at())[0] == set()


def token(subject: str = SUBSTITUTE_ID) -> Principal:
    return Principal(subject, Role.REFERENT, "nord", "Agent Fictif", None, "Agent")


async def stands_in_at(documents: Documents, day: int, hour: int, minute: int) -> bool:
    clock = FixedClock(datetime(2026, 3, day, hour, minute, tzinfo=UTC))
    return REFERENT_ID in (await Accounts(documents.database, clock).at_work(token())).stands_in_for


async def test_a_replacement_holds_from_its_first_day_to_its_last_in_the_dates_of_paris(documents: Documents) -> None:
    await hear("documents", documents.database, sample(ReplacementChanged))  # from 13 to 20 March

    instants = ((12, 22, 59), (12, 23, 0), (20, 22, 59), (20, 23, 0))
    assert [await stands_in_at(documents, *one) for one in instants] == [False, True, True, False]


async def test_an_ended_replacement_stays_ended_whatever_comes_late_or_again(documents: Documents) -> None:
    ended = sample(ReplacementChanged, aggregate_version=2, ended=True)
    for event in (ended, sample(ReplacementChanged), ended):
        await hear("documents", documents.database, event)

    assert not await stands_in_at(documents, 15, 12, 0)


async def test_the_territories_are_those_of_the_newest_event_in_whatever_order_they_come(documents: Documents) -> None:
    told = [agent_changed("agent", ("sud",)), agent_changed("agent", (), 2), agent_changed("agent", ("est", "sud"), 3)]

    for number, order in enumerate(permutations(told)):
        for event in order:
            await hear("documents", documents.database, event.model_copy(update={"agent_id": f"agent-{number}"}))
        at_work = await Accounts(documents.database).at_work(token(f"agent-{number}"))
        assert at_work.territories == {"est", "sud"}


async def test_the_token_says_the_territory_of_whom_the_admin_does_not_keep(documents: Documents) -> None:
    await hear("documents", documents.database, agent_changed("agent", ("sud",), managed=False))
    assert (await Accounts(documents.database).at_work(token("agent"))).territories == {"nord"}

    await hear("documents", documents.database, agent_changed("agent", ("sud",), 2))
    assert (await Accounts(documents.database).at_work(token("agent"))).territories == {"sud"}


async def test_an_agent_told_of_before_territories_were_kept_is_filled_in_by_the_same_version(
    documents: Documents,
) -> None:
    async with documents.database.begin() as uow:
        await uow.session.execute(text("INSERT INTO agent_account VALUES ('agent', 4, true)"))

    await hear("documents", documents.database, agent_changed("agent", ("sud",), 4))

    assert (await Accounts(documents.database).at_work(token("agent"))).territories == {"sud"}
