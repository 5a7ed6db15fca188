"""The service's database: short transactions through SQLAlchemy, one commit at the edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import PoolProxiedConnection

from shared.database.unit_of_work import EventSink, UnitOfWork


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
        self.sink = sink

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        """One transaction: state is flushed, then outbox rows are inserted, then all is committed once.

        Any exception rolls everything back, events included.
        """
        async with self._sessions() as session:
            uow = UnitOfWork(session, self.sink)
            try:
                yield uow
                await uow.write_events()
                await session.commit()
            except BaseException:
                await session.rollback()
                raise
        uow.after_commit()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for queries; nothing is committed."""
        async with self._sessions() as session:
            yield session

    async def fetch(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement, a transaction of its own, by the driver: `$1` is the first value.

        It costs a fifth of what the toolkit does: for what is asked for each of thousands of rows. Raises DBAPIError
        and InterfaceError, as the toolkit does.
        """
        pooled = await self._pooled()
        driver: asyncpg.Connection = pooled.driver_connection
        usable = False
        try:
            rows: list[asyncpg.Record] = await driver.fetch(statement, *values)
        except asyncpg.PostgresError as error:
            usable = not driver.is_closed()
            raise DBAPIError(None, None, error, hide_parameters=True) from error
        except asyncpg.InterfaceError as error:
            raise InterfaceError(None, None, error, hide_parameters=True) from error
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
