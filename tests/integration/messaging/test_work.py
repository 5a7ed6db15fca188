"""Work rows: done once, tried again, given up, or left unknown when nobody can know."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.errors import RaceLost
from shared.kernel.ids import new_id
from shared.messaging import work, work_rows
from shared.messaging.work import Done, GiveUp, Job, LeaseLost, LookAgain, Outcome, RetryLater, Unknown
from shared.messaging.worker import MOST_LAPSES, UNFORESEEN_TRIES, Worker
from tests.builders.messaging import counted, effects_of, note_effect

pytestmark = pytest.mark.integration


async def add(database: Database, kind: str = "mail") -> UUID:
    work_id = new_id()
    async with database.begin() as uow:
        await work.enqueue(uow.session, kind, work_id, {"n": 1})
    return work_id


async def row(database: Database, work_id: UUID) -> tuple[str, str | None, int]:
    async with database.read() as session:
        found = await session.execute(text("SELECT status, code, attempts FROM work WHERE id = :id"), {"id": work_id})
        status, code, attempts = found.one()
        return status, code, attempts


async def forward(database: Database) -> None:
    """Time goes by: what waits is due, leases have run out."""
    async with database.begin() as uow:
        await uow.session.execute(
            text("UPDATE work SET available_at = now() - interval '1 hour', leased_until = now() - interval '1 second'")
        )


async def effect(uow: UnitOfWork) -> None:
    await note_effect(counted("done", 1), uow)


async def done(_: Job) -> Outcome:
    return Done(effect)


async def test_a_row_is_done_once_with_its_effect_in_the_same_transaction(probe_database: Database) -> None:
    work_id = await add(probe_database)
    worker = Worker(probe_database, "mail", done)
    assert await worker.work_once()
    assert not await worker.work_once()
    assert await row(probe_database, work_id) == ("done", None, 1)
    assert await effects_of(probe_database, "done") == [1]


async def test_a_row_of_the_same_id_is_added_once(probe_database: Database) -> None:
    async with probe_database.begin() as uow:
        work_id = new_id()
        assert await work.enqueue(uow.session, "mail", work_id, {})
        assert not await work.enqueue(uow.session, "mail", work_id, {})


async def test_another_kind_is_left_to_its_own_worker(probe_database: Database) -> None:
    await add(probe_database, "render")
    assert not await Worker(probe_database, "mail", done).work_once()


async def test_a_row_that_is_to_be_tried_later_waits_its_delay(probe_database: Database) -> None:
    work_id = await add(probe_database)

    async def later(_: Job) -> Outcome:
        return RetryLater(timedelta(minutes=5), "smtp-421")

    worker = Worker(probe_database, "mail", later)
    assert await worker.work_once()
    assert not await worker.work_once()
    assert await row(probe_database, work_id) == ("ready", "smtp-421", 1)
    await forward(probe_database)
    assert await worker.work_once()
    assert await row(probe_database, work_id) == ("ready", "smtp-421", 2)


@pytest.mark.parametrize(("outcome", "status"), [(GiveUp("smtp-550"), "failed"), (Unknown("lost"), "unknown")])
async def test_what_cannot_be_done_is_shown_and_waits_for_a_person(
    probe_database: Database, outcome: Outcome, status: str
) -> None:
    work_id = await add(probe_database)

    async def end(_: Job) -> Outcome:
        return outcome

    worker = Worker(probe_database, "mail", end)
    await worker.work_once()
    await forward(probe_database)
    assert not await worker.work_once()
    assert (await row(probe_database, work_id))[0] == status
    async with probe_database.begin() as uow:
        assert await work.put_back(uow.session, work_id)
    assert await worker.work_once()


async def test_a_worker_that_died_before_handing_over_is_replaced(probe_database: Database) -> None:
    work_id = await add(probe_database)
    assert await work_rows.take(probe_database, "mail", 60.0) is not None
    worker = Worker(probe_database, "mail", done)
    assert not await worker.work_once()
    await forward(probe_database)
    assert await worker.work_once()
    assert await row(probe_database, work_id) == ("done", None, 2)


async def test_a_worker_that_died_after_handing_over_leaves_unknown_and_nothing_is_sent_twice(
    probe_database: Database,
) -> None:
    work_id = await add(probe_database)
    first = await work_rows.take(probe_database, "mail", 60.0)
    assert first is not None
    await first.handing_over()
    await forward(probe_database)
    sent: list[UUID] = []

    async def send(job: Job) -> Outcome:
        sent.append(job.id)
        return Done()

    async def lost(_: Job) -> Outcome:
        return Unknown("worker-died")

    assert await Worker(probe_database, "mail", send, on_lost=lost).work_once()
    assert sent == []
    assert await row(probe_database, work_id) == ("unknown", "worker-died", 2)


async def test_a_worker_that_was_too_slow_writes_nothing(probe_database: Database) -> None:
    await add(probe_database)
    slow = await work_rows.take(probe_database, "mail", 60.0)
    assert slow is not None
    await forward(probe_database)
    assert await Worker(probe_database, "mail", done).work_once()
    with pytest.raises(LeaseLost):
        await work_rows.finish(slow, Done(effect))
    with pytest.raises(LeaseLost):
        await slow.handing_over()
    assert await effects_of(probe_database, "done") == [1]


async def test_a_lease_lost_before_handing_over_costs_that_row_only(probe_database: Database) -> None:
    await add(probe_database)
    sent: list[UUID] = []

    async def too_slow(job: Job) -> Outcome:
        await forward(probe_database)
        assert await work_rows.take(probe_database, "mail", 60.0) is not None
        await job.handing_over()
        sent.append(job.id)
        return Done()

    assert await Worker(probe_database, "mail", too_slow).work_once()
    assert sent == []


async def test_a_result_that_is_refused_leaves_the_row_to_its_lease(probe_database: Database) -> None:
    work_id = await add(probe_database)

    async def refuse(_: UnitOfWork) -> None:
        raise RaceLost("Modifié entre-temps.")

    async def refused(_: Job) -> Outcome:
        return Done(refuse)

    assert await Worker(probe_database, "mail", refused).work_once()
    assert (await row(probe_database, work_id))[0] == "leased"
    await forward(probe_database)
    assert await Worker(probe_database, "mail", done).work_once()
    assert await row(probe_database, work_id) == ("done", None, 2)


async def test_what_a_handler_did_not_foresee_is_tried_a_few_times_then_shown(probe_database: Database) -> None:
    work_id = await add(probe_database)

    async def stumble(_: Job) -> Outcome:
        raise ValueError("unforeseen")

    worker = Worker(probe_database, "mail", stumble)
    for _ in range(UNFORESEEN_TRIES):
        assert await worker.work_once()
        await forward(probe_database)
    assert not await worker.work_once()
    assert await row(probe_database, work_id) == ("failed", "ValueError", UNFORESEEN_TRIES)


async def test_a_row_that_kills_its_workers_is_given_up_and_told(probe_database: Database) -> None:
    work_id = await add(probe_database)
    for _ in range(MOST_LAPSES + 1):
        assert await work_rows.take(probe_database, "mail", 60.0) is not None
        await forward(probe_database)

    async def tell(_: Job, code: str) -> Outcome:
        return GiveUp(code, effect)

    assert await Worker(probe_database, "mail", done, on_give_up=tell).work_once()
    assert (await row(probe_database, work_id))[:2] == ("failed", "worker-died")
    assert await effects_of(probe_database, "done") == [1]


async def test_what_fails_after_it_was_handed_over_is_not_tried_again(probe_database: Database) -> None:
    work_id = await add(probe_database)

    async def stumble(job: Job) -> Outcome:
        await job.handing_over()
        raise ValueError("the answer made no sense")

    async def lost(_: Job) -> Outcome:
        return Unknown("answer-not-understood")

    worker = Worker(probe_database, "mail", stumble, on_lost=lost)
    assert await worker.work_once()
    await forward(probe_database)
    assert not await worker.work_once()
    assert await row(probe_database, work_id) == ("unknown", "answer-not-understood", 1)


async def test_what_is_followed_is_looked_at_again_as_if_for_the_first_time(probe_database: Database) -> None:
    work_id = await add(probe_database)

    async def follow(_: Job) -> Outcome:
        return LookAgain(timedelta(hours=1), effect)

    worker = Worker(probe_database, "mail", follow)
    for _ in range(UNFORESEEN_TRIES + 1):
        assert await worker.work_once()
        assert not await worker.work_once()
        assert await row(probe_database, work_id) == ("ready", None, 0)
        await forward(probe_database)
    assert await effects_of(probe_database, "done") == [1] * (UNFORESEEN_TRIES + 1)


@pytest.mark.parametrize("outcome", [LookAgain(timedelta(hours=1)), RetryLater(timedelta(hours=1), "away")])
async def test_a_row_that_is_woken_in_a_workers_hands_is_due_again_right_after(
    probe_database: Database, outcome: Outcome
) -> None:
    work_id = await add(probe_database)

    async def woken_meanwhile(job: Job) -> Outcome:
        async with job.database.begin() as uow:
            assert await work.wake(uow.session, work_id)
        return outcome

    async def finish(_: Job) -> Outcome:
        return Done()

    assert await Worker(probe_database, "mail", woken_meanwhile).work_once()
    assert await Worker(probe_database, "mail", finish).work_once()
    async with probe_database.begin() as uow:
        assert not await work.wake(uow.session, work_id)


async def test_a_row_that_waits_is_due_once_woken(probe_database: Database) -> None:
    work_id = new_id()
    async with probe_database.begin() as uow:
        await work.enqueue(uow.session, "mail", work_id, {}, timedelta(hours=1))
    worker = Worker(probe_database, "mail", done)
    assert not await worker.work_once()

    async with probe_database.begin() as uow:
        assert await work.wake(uow.session, work_id)
    assert await worker.work_once()


async def test_what_stands_behind_another_kind_waits_while_rows_of_it_are_due_an_hour_at_most(
    probe_database: Database,
) -> None:
    digest, mail = await add(probe_database, "digest"), await add(probe_database)
    behind = Worker(probe_database, "digest", done, behind="mail")
    assert not await behind.work_once()
    await forward(probe_database)
    assert await behind.work_once(), "it waits for an hour"
    assert [await row(probe_database, one) for one in (digest, mail)] == [("done", None, 1), ("ready", None, 0)]
    second = await add(probe_database, "digest")
    assert not await behind.work_once()
    assert await Worker(probe_database, "mail", done).work_once()
    assert await behind.work_once()
    assert await row(probe_database, second) == ("done", None, 1)


async def test_a_worker_that_is_stopped_ends_even_when_what_it_waits_for_forgets_that_it_was_cancelled(
    probe_database: Database,
) -> None:
    """As `wait_for` does before Python 3.12 when an answer comes in the same turn: what is in hand is finished."""
    begun = asyncio.Event()

    async def forgetful(_: Job) -> Outcome:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return Done(effect)
        return GiveUp("not-cancelled")

    work_id = await add(probe_database)
    running = asyncio.create_task(Worker(probe_database, "mail", forgetful).run())
    await begun.wait()
    running.cancel()
    async with asyncio.timeout(60):
        with pytest.raises(asyncio.CancelledError):
            await running
    assert (await row(probe_database, work_id))[0] == "done"


async def lease_left(database: Database, work_id: UUID) -> float:
    """For how many seconds the row is still held."""
    left = "SELECT extract(epoch FROM leased_until - clock_timestamp()) FROM work WHERE id = :id"
    async with database.read() as session:
        return float((await session.execute(text(left), {"id": work_id})).scalar_one())


async def test_a_lease_is_renewed_while_the_work_goes_on(probe_database: Database) -> None:
    work_id = await add(probe_database)

    async def slow(_: Job) -> Outcome:
        """Outlives its lease: each time, until somebody has renewed it."""
        for _time in range(3):
            await forward(probe_database)
            while await lease_left(probe_database, work_id) < 0:
                await asyncio.sleep(0)
        assert await work_rows.take(probe_database, "mail", 0.0) is None
        return Done(effect)

    async with asyncio.timeout(30):
        assert await Worker(probe_database, "mail", slow, lease_seconds=0.6, held_seconds=600.0).work_once()

    assert await row(probe_database, work_id) == ("done", None, 1)
    assert await effects_of(probe_database, "done") == [1]


async def test_a_lease_that_is_another_workers_is_not_renewed(probe_database: Database) -> None:
    work_id = await add(probe_database)
    slow = await work_rows.take(probe_database, "mail", 60.0)
    await forward(probe_database)
    other = await work_rows.take(probe_database, "mail", 60.0)
    assert slow is not None
    assert other is not None

    assert (await work.renew(slow, 600.0), await work.renew(other, 600.0)) == (False, True)
    assert 60 < await lease_left(probe_database, work_id) <= 600
    await work_rows.finish(other, Done())
    assert not await work.renew(other, 600.0)
    assert await row(probe_database, work_id) == ("done", None, 2)


async def test_what_hangs_is_renewed_for_its_time_and_no_longer(probe_database: Database) -> None:
    work_id = await add(probe_database)

    async def hangs(_: Job) -> Outcome:
        while await lease_left(probe_database, work_id) > 0:
            await asyncio.sleep(0.01)
        return Done(effect)

    async with asyncio.timeout(30):
        assert await Worker(probe_database, "mail", hangs, lease_seconds=0.3, held_seconds=0.6).work_once()
