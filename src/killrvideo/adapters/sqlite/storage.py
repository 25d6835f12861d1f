"""The stores of the embedded back end as one."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.adapters.migrations import migrate
from killrvideo.adapters.sqlite import request_keys
from killrvideo.adapters.sqlite.connections import Synchronous
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.holdings import SqliteHoldings
from killrvideo.adapters.sqlite.jobs import SqliteJobQueue
from killrvideo.adapters.sqlite.limits import SqliteRateLimiter
from killrvideo.adapters.sqlite.migrations import SqliteSchema, sqlite_migrations
from killrvideo.adapters.sqlite.stores import SqliteStores
from killrvideo.adapters.sqlite.units import SqliteUnitOfWork
from killrvideo.domain.events import Origin, RequestKey
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.failpoints import Failpoints

GENERATION = "PRAGMA data_version"
"""Counts the commits that the reading connection has seen others make; it makes none itself."""
CHECK = "SELECT count(*) FROM schema_migrations"


class SqliteStorage(SqliteStores):
    """Everything in one file. To be opened before use."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        ids: IdSource,
        *,
        synchronous: Synchronous = "full",
        readers: int = 2,
        failpoints: Failpoints = NO_FAILPOINTS,
    ) -> None:
        """With ``synchronous`` "full" a commit outlives a loss of power; ``readers`` are threads."""
        super().__init__(Database(path, synchronous=synchronous, readers=readers, failpoints=failpoints))
        self._clock = clock
        self._ids = ids
        self.jobs = SqliteJobQueue(self.database, clock)
        self.limits = SqliteRateLimiter(self.database, clock)
        self.holdings = SqliteHoldings(self.database, self)

    async def open(self) -> None:
        """Brings the schema up to date; raises MigrationRefused or Unavailable, and is closed then."""
        await self.database.open()
        try:
            await migrate(SqliteSchema(self.database, self._clock), sqlite_migrations())
        except BaseException:
            await self.database.close()
            raise

    async def close(self) -> None:
        """Finishes what was begun. May be called twice."""
        await self.vectors.close()
        await self.passages.close()
        await self.database.close()

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Calls back on the event loop whenever this process committed something."""
        self.database.after_write(callback)

    def begin(self, name: str, origin: Origin) -> SqliteUnitOfWork:
        return SqliteUnitOfWork(self.database, self._clock, self._ids, name, origin)

    async def done_before(self, key: RequestKey) -> UUID | None:
        return request_keys.done_before(self.database, key)

    def generation(self) -> int | None:
        row = self.database.row(GENERATION)
        return None if row is None else int(row[0])

    async def check(self) -> None:
        await self.database.scan(CHECK)

    async def tend(self) -> None:
        """Nothing: a transaction leaves nothing in between, and counts with what it changes."""

    async def purge(self, *, keys_before: datetime, counts_before: datetime) -> int:
        keys = await request_keys.purge(self.database, keys_before)
        return keys + await self.limits.purge(counts_before)
