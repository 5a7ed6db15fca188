"""The service's database: short transactions, one commit at the edge."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import PoolProxiedConnection

from shared.database.driver import DRIVER, as_the_toolkit_says
from shared.database.unit_of_work import EventSink, UnitOfWork

# A server that does not answer that long is left: it rolls back what it lost sight of.
ROLLBACK_SECONDS = 2.0


class Database:
    """Gives units of work. `sink` is the outbox; without one, events cannot be emitted."""

    def __init__(self, url: str, sink: EventSink | None = None, pool_size: int = 10) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=False,
            pool_recycle=1800,
            # An error's message would repeat the values: names, texts, numbers.
            hide_parameters=True,
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        event.listen(self.engine.sync_engine, "checkout", _refuse_cut)
        # Where the driver begins and ends the transaction, the toolkit does neither.
        self._led = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self.sink = sink

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        """One transaction: state is written, then outbox rows are inserted, then all is committed once.

        Any exception rolls everything back, events included.
        """
        async with self._led.connect() as connection, self._transaction(connection) as driver:
            session = AsyncSession(connection, expire_on_commit=False, autoflush=False, info={DRIVER: driver})
            uow = UnitOfWork(session, self.sink)
            try:
                yield uow
                await uow.write_events()
            finally:
                if session.in_transaction():
                    await session.close()
        uow.after_commit()

    @asynccontextmanager
    async def _transaction(self, connection: AsyncConnection) -> AsyncIterator[asyncpg.Connection]:
        """Begun and ended by the driver, for a third of what the toolkit takes; statements of both are in it."""
        driver: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection
        transaction, ended = driver.transaction(), False
        try:
            with as_the_toolkit_says():
                await transaction.start()
            try:
                yield driver
            except BaseException:
                with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                    async with asyncio.timeout(ROLLBACK_SECONDS):
                        await transaction.rollback()
                    ended = True
                raise
            with as_the_toolkit_says():
                await transaction.commit()
            ended = True
        finally:
            # Of unknown state, or cut off, it is given to nobody else.
            if not ended:
                await connection.invalidate()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for queries; nothing is committed."""
        async with self._sessions() as session:
            yield session

    async def fetch(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement, a transaction of its own, by the driver: `$1` is the first value.

        Raises what `shared.database.driver.fetch` does.
        """
        pooled = await self._pooled()
        driver: asyncpg.Connection = pooled.driver_connection
        usable = False
        try:
            with as_the_toolkit_says():
                rows: list[asyncpg.Record] = await driver.fetch(statement, *values)
        except DBAPIError:
            usable = not driver.is_closed()
            raise
        else:
            usable = True
            return rows
        finally:
            # Cancelled or cut off in the middle, it is given to nobody else.
            if not usable:
                pooled.invalidate()
            pooled.close()

    async def _pooled(self) -> PoolProxiedConnection:
        try:
            return await self.engine.raw_connection()
        except self.engine.dialect.loaded_dbapi.Error as error:
            # The server is there and lets nobody in: it starts, or it stops.
            raise DBAPIError(None, None, error, hide_parameters=True) from error

    async def close(self) -> None:
        await self.engine.dispose()


def _refuse_cut(adapted: Any, *_: object) -> None:
    """A connection that the server cut off while it rested is not handed out; nor are those that are as old.

    Raises InvalidatePoolError, to the pool, which then makes a new one.
    """
    if adapted.driver_connection.is_closed():
        raise InvalidatePoolError("the server cut this connection off")
