"""The service's database: short transactions through SQLAlchemy, one commit at the edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

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

    async def close(self) -> None:
        await self.engine.dispose()
