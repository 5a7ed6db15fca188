"""Work rows that are taken, handed over and closed at the same time: fewer transactions, and each row for itself."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.errors import RaceLost
from shared.kernel.ids import new_id
from shared.messaging import work, work_rows
from shared.messaging.work import Done, Job, LeaseLost, Outcome, RetryLater, Together, Unknown, Untried
from shared.messaging.work_rows import Wanted
from shared.messaging.worker import Worker
from tests.builders.messaging import counted, effects_of, note_effect

pytestmark = pytest.mark.integration

LANES = 8


async def add(database: Database, numbers: Sequence[int]) -> None:
    async with database.begin() as uow:
        for number in numbers:
            await work.enqueue(uow.session, "mail", new_id(), {"n": number}, timedelta(seconds=number - 1000))


async def statuses(database: Database) -> dict[int, str]:
    async with database.read() as session:
        rows = await session.execute(text("SELECT (payload->>'n')::integer AS n, status FROM work ORDER BY n"))
        return {row.n: row.status for row in rows}


async def taken(database: Database, most: int) -> list[Job]:
    return await work_rows.take_many(database, Wanted("mail", 60.0), most)


class Book:
    """Where rows write together; `refused` cannot be written, `fault` is what the database says of several."""

    def __init__(self, refused: int | None = None, fault: str | None = None) -> None:
        self.calls: list[list[int]] = []
        self._refused = refused
        self._fault = fault

    async def write(self, uow: UnitOfWork, entries: Sequence[int]) -> None:
        self.calls.append(list(entries))
        for number in entries:
            await note_effect(counted("done", number + 1), uow)
        if self._fault is not None and len(entries) > 1:
            raise DBAPIError("", None, _Fault(self._fault))
        if self._refused in entries:
            raise RaceLost("Modifié entre-temps.")

    def done(self, number: int) -> Outcome:
        return Done(Together(self.write, number))


class _Fault(Exception):  # noqa: N818 - as the driver's, by its code
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


async def work_side_by_side(database: Database, book: Book) -> None:
    """So many lanes of one worker, each with a row in hand, that end at the same moment."""
    in_hand, go = [], asyncio.Event()

    async def handle(job: Job) -> Outcome:
        in_hand.append(job)
        if len(in_hand) == LANES:
            go.set()
        await go.wait()
        return book.done(job.payload["n"])

    worker = Worker(database, "mail", handle)
    assert all(await asyncio.gather(*(worker.work_once() for _ in range(LANES))))


async def test_rows_that_end_together_are_written_together(probe_database: Database) -> None:
    await add(probe_database, range(LANES))
    book = Book()
    await work_side_by_side(probe_database, book)
    assert [sorted(call) for call in book.calls] == [list(range(LANES))]
    assert await statuses(probe_database) == dict.fromkeys(range(LANES), "done")
    assert sorted(await effects_of(probe_database, "done")) == list(range(1, LANES + 1))


async def test_one_whose_result_cannot_be_written_harms_no_other(probe_database: Database) -> None:
    await add(probe_database, range(LANES))
    await work_side_by_side(probe_database, Book(refused=3))
    assert await statuses(probe_database) == dict.fromkeys(range(LANES), "done") | {3: "leased"}
    assert sorted(await effects_of(probe_database, "done")) == [n + 1 for n in range(LANES) if n != 3]


async def test_rows_in_each_others_way_are_closed_one_by_one(probe_database: Database) -> None:
    """A deadlock with somebody who locks the same in another order."""
    await add(probe_database, range(3))
    book, jobs = Book(fault="40P01"), await taken(probe_database, 3)
    results = [(job, book.done(job.payload["n"])) for job in jobs]
    assert await work_rows.finish_many(probe_database, results) == [None] * 3
    assert sorted(await effects_of(probe_database, "done")) == [1, 2, 3]


async def test_a_database_that_went_away_is_asked_once_and_everybody_hears_of_it(probe_database: Database) -> None:
    await add(probe_database, range(3))
    book, jobs = Book(fault="57P01"), await taken(probe_database, 3)
    failures = await work_rows.finish_many(probe_database, [(job, book.done(job.payload["n"])) for job in jobs])
    assert [type(failure) for failure in failures] == [DBAPIError] * 3
    assert len(book.calls) == 1
    assert set((await statuses(probe_database)).values()) == {"leased"}


async def test_the_rows_that_waited_longest_are_taken_first_and_those_whose_worker_died_before_them(
    probe_database: Database,
) -> None:
    await add(probe_database, [5, 3, 1, 4, 2])
    assert [job.payload["n"] for job in await taken(probe_database, 2)] == [1, 2]
    async with probe_database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET leased_until = now() WHERE payload->>'n' = '2'"))
    again = await taken(probe_database, 3)
    assert sorted(job.payload["n"] for job in again) == [2, 3, 4]
    assert [job.lapses for job in again if job.payload["n"] == 2] == [1]
    assert [job.payload["n"] for job in await taken(probe_database, 3)] == [5]


async def test_of_rows_that_are_handed_over_together_those_of_another_worker_are_not(probe_database: Database) -> None:
    await add(probe_database, range(3))
    mine = await taken(probe_database, 3)
    async with probe_database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET leased_until = now() WHERE payload->>'n' = '1'"))
    (theirs,) = await taken(probe_database, 3)
    answers = dict(
        zip((job.payload["n"] for job in mine), await work_rows.mark_many(probe_database, mine), strict=True)
    )
    assert (answers[0], answers[2]) == (None, None)
    assert isinstance(answers[1], LeaseLost)
    # And so with their results: each of the three ways in which a row can end.
    book = Book()
    outcomes = {0: book.done(0), 1: book.done(1), 2: Unknown("lost", Together(book.write, 2))}
    closed = await work_rows.finish_many(probe_database, [(job, outcomes[job.payload["n"]]) for job in mine])
    assert [type(failure) for failure in closed].count(LeaseLost) == 1
    assert await statuses(probe_database) == {0: "done", 1: "leased", 2: "unknown"}
    assert sorted(await effects_of(probe_database, "done")) == [1, 3]
    await work_rows.finish(theirs, RetryLater(timedelta(), "later"))
    assert (await statuses(probe_database))[1] == "ready"


async def test_a_row_whose_turn_did_not_come_goes_back_as_it_was(probe_database: Database) -> None:
    await add(probe_database, [1])
    (first,) = await taken(probe_database, 1)
    await work_rows.finish(first, RetryLater(timedelta(), "smtp-421"))
    (second,) = await taken(probe_database, 1)
    assert await work_rows.finish_many(probe_database, [(second, Untried())]) == [None]
    async with probe_database.read() as session:
        row = (await session.execute(text("SELECT status, code, attempts, handed_over_at FROM work"))).one()
    assert tuple(row) == ("ready", "smtp-421", 1, None)
    (third,) = await taken(probe_database, 1)
    assert (third.due, third.attempts) == (second.due, 2)


async def test_a_worker_that_is_stopped_still_writes_down_what_it_knows(probe_database: Database) -> None:
    await add(probe_database, range(LANES))
    writing, go = asyncio.Event(), asyncio.Event()
    book = Book()

    async def slowly(uow: UnitOfWork, entries: Sequence[int]) -> None:
        writing.set()
        await go.wait()
        await book.write(uow, entries)

    async def handle(job: Job) -> Outcome:
        return Done(Together(slowly, job.payload["n"]))

    running = asyncio.create_task(Worker(probe_database, "mail", handle, concurrency=LANES).run())
    await writing.wait()
    running.cancel()
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await statuses(probe_database) == dict.fromkeys(range(LANES), "done")
    assert sorted(await effects_of(probe_database, "done")) == list(range(1, LANES + 1))


async def test_marks_wait_for_no_more_than_can_be_handing_over(
    probe_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many rows are in hand, two at a time are handed over: a third that marks are gathered for would never come."""
    monkeypatch.setattr("shared.messaging.worker.MARKING", 3600.0)
    places, book = asyncio.Semaphore(2), Book()
    await add(probe_database, range(10))

    async def handle(job: Job) -> Outcome:
        async with places:
            await job.handing_over()
        return book.done(job.payload["n"])

    worker = Worker(probe_database, "mail", handle, concurrency=16, places=2)
    async with asyncio.timeout(60):
        assert all(await asyncio.gather(*(worker.work_once() for _ in range(10))))
    assert await statuses(probe_database) == dict.fromkeys(range(10), "done")
