"""Each event takes effect once, and each of the four endings of a reaction does what it says."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.errors import ImpossibleMove, RaceLost
from shared.messaging.delivery import Delivery
from shared.messaging.endings import Stale, Waiting
from shared.messaging.inbox import RACE_TRIES, Inbox
from shared.messaging.inbox_rows import settle_waiting
from shared.messaging.parking import list_parked
from shared.messaging.reactions import on
from tests.builders.deliveries import delivery_of
from tests.builders.messaging import Counted, Unheard, counted, effects_of, note_effect

pytestmark = pytest.mark.integration


@pytest.fixture
async def inbox(probe_database: Database) -> Inbox:
    return Inbox("probe", probe_database, [on(Counted, note_effect)])


async def parked_codes(database: Database) -> list[str]:
    return [row["code"] for row in await list_parked(database)]


async def test_an_event_delivered_twice_takes_effect_once(inbox: Inbox, probe_database: Database) -> None:
    event_id = uuid4()
    assert await inbox.handle(delivery_of(counted("a", 1), event_id)) == "done"
    assert await inbox.handle(delivery_of(counted("a", 1), event_id)) == "seen"
    assert await effects_of(probe_database, "a") == [1]


async def test_two_deliveries_at_once_take_effect_once(inbox: Inbox, probe_database: Database) -> None:
    event_id = uuid4()
    twins = [delivery_of(counted("a", 1), event_id) for _ in range(5)]
    endings = await asyncio.gather(*(inbox.handle(twin) for twin in twins))
    assert sorted(endings) == ["done", "seen", "seen", "seen", "seen"]
    assert await effects_of(probe_database, "a") == [1]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": b"{not json"}, "not-json"),
        ({"value": b"\xff\xfe"}, "not-json"),
        ({"value": None}, "null-value"),
        ({"value": b'{"aggregate_version": 0}'}, "schema"),
        ({"bad_headers": ("ce_subject",)}, "header-not-utf8"),
        ({"headers": {}}, "no-ce-type"),
        ({"headers": {"ce_type": Counted.ce_type(), "ce_id": "seven"}}, "no-ce-id"),
    ],
)
async def test_poison_is_parked_with_its_reason_and_the_next_goes_on(
    inbox: Inbox, probe_database: Database, changes: dict[str, Any], code: str
) -> None:
    poison = delivery_of(counted("a", 1), **changes)
    assert await inbox.handle(poison) == "parked"
    assert await parked_codes(probe_database) == [code]
    assert await inbox.handle(delivery_of(counted("b", 1))) == "done"
    # Kafka delivers it again after a crash: still one parked row.
    assert await inbox.handle(poison) in {"seen", "parked"}
    assert await parked_codes(probe_database) == [code]


async def test_the_reason_names_the_fields_but_not_what_they_held(inbox: Inbox, probe_database: Database) -> None:
    await inbox.handle(delivery_of(counted("a", 1), value=b'{"aggregate_version": "Mme Durand", "probe_id": 3}'))
    (row,) = await list_parked(probe_database)
    assert row["reason"] == "aggregate_version, probe_id"


async def test_an_unknown_type_is_skipped_and_leaves_nothing(inbox: Inbox, probe_database: Database) -> None:
    assert await inbox.handle(delivery_of(counted("a", 1, Unheard))) == "ignored"
    assert await parked_codes(probe_database) == []


async def test_a_refusal_parks_the_event_and_undoes_what_the_reaction_wrote(probe_database: Database) -> None:
    async def refuse(event: Counted, uow: UnitOfWork) -> None:
        await note_effect(event, uow)
        raise ImpossibleMove("Ce CER est déjà décidé.")

    inbox = Inbox("probe", probe_database, [on(Counted, refuse)])
    assert await inbox.handle(delivery_of(counted("a", 1))) == "parked"
    assert await effects_of(probe_database, "a") == []
    assert await parked_codes(probe_database) == ["impossible-move"]


async def test_a_mistake_of_ours_parks_too_instead_of_blocking_the_partition(probe_database: Database) -> None:
    async def stumble(event: Counted, uow: UnitOfWork) -> None:
        raise KeyError("nom")

    inbox = Inbox("probe", probe_database, [on(Counted, stumble)])
    assert await inbox.handle(delivery_of(counted("a", 1))) == "parked"
    assert await parked_codes(probe_database) == ["unexpected"]


async def test_a_lost_race_starts_the_reaction_again_from_the_top(probe_database: Database) -> None:
    tries = 0

    async def lose_twice(event: Counted, uow: UnitOfWork) -> None:
        nonlocal tries
        tries += 1
        await note_effect(event, uow)
        if tries < 3:
            raise RaceLost("Modifié entre-temps.")

    inbox = Inbox("probe", probe_database, [on(Counted, lose_twice)])
    assert await inbox.handle(delivery_of(counted("a", 1))) == "done"
    assert tries == 3
    assert await effects_of(probe_database, "a") == [1]


async def test_a_unique_violation_that_never_ends_is_parked_for_somebody_to_see(probe_database: Database) -> None:
    tries = 0

    async def collide(event: Counted, uow: UnitOfWork) -> None:
        nonlocal tries
        tries += 1
        for _ in range(2):
            await uow.session.execute(text("INSERT INTO inbox VALUES ('x', gen_random_uuid()) ON CONFLICT DO NOTHING"))
        await uow.session.execute(text("INSERT INTO inbox SELECT * FROM inbox"))

    inbox = Inbox("probe", probe_database, [on(Counted, collide)])
    assert await inbox.handle(delivery_of(counted("a", 1))) == "parked"
    assert tries == RACE_TRIES
    (row,) = await list_parked(probe_database)
    assert (row["code"], row["reason"]) == ("race-not-settled", IntegrityError.__name__)


async def test_a_half_waits_until_the_other_half_acts(probe_database: Database) -> None:
    async def first_half(event: Counted, uow: UnitOfWork) -> Waiting | None:
        if event.aggregate_version == 1:
            return Waiting(f"probe-{event.probe_id}")
        await settle_waiting(uow.session, f"probe-{event.probe_id}")
        return None

    inbox = Inbox("probe", probe_database, [on(Counted, first_half)])
    assert await inbox.handle(delivery_of(counted("a", 1))) == "waiting"
    assert await waiting(probe_database) == 1
    assert await inbox.handle(delivery_of(counted("a", 2))) == "done"
    assert await waiting(probe_database) == 0


async def waiting(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(text("SELECT count(*) FROM inbox WHERE ending = 'waiting'")) or 0)


async def test_a_stale_event_goes_to_history_and_nothing_else(probe_database: Database) -> None:
    async def superseded(event: Counted, uow: UnitOfWork) -> Stale:
        return Stale("attempt-1-superseded")

    inbox = Inbox("probe", probe_database, [on(Counted, superseded)])
    assert await inbox.handle(delivery_of(counted("a", 1))) == "stale"
    async with probe_database.read() as session:
        rows = (await session.execute(text("SELECT ending, reason FROM inbox"))).all()
    assert [tuple(row) for row in rows] == [("stale", "attempt-1-superseded")]
    assert await parked_codes(probe_database) == []


async def test_an_ordered_reaction_holds_back_the_key_and_no_other(probe_database: Database) -> None:
    inbox = Inbox("probe", probe_database, [on(Counted, note_effect)])
    assert await inbox.handle(delivery_of(counted("a", 1), value=b"{")) == "parked"
    assert await inbox.handle(delivery_of(counted("a", 2))) == "parked"
    assert await inbox.handle(delivery_of(counted("b", 1))) == "done"
    assert await parked_codes(probe_database) == ["not-json", "held-back"]
    assert await effects_of(probe_database, "a") == []


async def test_an_unordered_reaction_parks_alone(probe_database: Database) -> None:
    inbox = Inbox("probe", probe_database, [on(Counted, note_effect, ordered=False)])
    bad: Delivery = delivery_of(counted("a", 1), value=b"{")
    assert await inbox.handle(bad) == "parked"
    assert await inbox.handle(delivery_of(counted("a", 2))) == "done"
    assert await effects_of(probe_database, "a") == [2]


async def test_a_topic_built_anew_counts_its_offsets_from_0_and_hides_nothing(probe_database: Database) -> None:
    inbox = Inbox("probe", probe_database, [on(Counted, note_effect, ordered=False)])
    for _ in range(2):
        assert await inbox.handle(delivery_of(counted("a", 1), value=b"{", offset=7)) == "parked"
    assert await parked_codes(probe_database) == ["not-json", "not-json"]
