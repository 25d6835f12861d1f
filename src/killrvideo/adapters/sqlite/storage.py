"""The stores of the embedded back end as one."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.adapters.migrations import migrate
from killrvideo.adapters.sqlite import request_keys
from killrvideo.adapters.sqlite.accounts import SqliteAccountStore
from killrvideo.adapters.sqlite.activity import SqliteActivityStore
from killrvideo.adapters.sqlite.captions import SqliteCaptionStore
from killrvideo.adapters.sqlite.comments import SqliteCommentStore
from killrvideo.adapters.sqlite.connections import Synchronous
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.experiments import SqliteExperimentStore
from killrvideo.adapters.sqlite.holdings import SqliteHoldings
from killrvideo.adapters.sqlite.jobs import SqliteJobQueue
from killrvideo.adapters.sqlite.learned_models import SqliteLearnedModels
from killrvideo.adapters.sqlite.limits import SqliteRateLimiter
from killrvideo.adapters.sqlite.media import SqliteMediaStore
from killrvideo.adapters.sqlite.migrations import SqliteSchema, sqlite_migrations
from killrvideo.adapters.sqlite.moderation import SqliteAuditStore, SqliteFlagStore
from killrvideo.adapters.sqlite.outbox import SqliteOutbox
from killrvideo.adapters.sqlite.passages.passages import SqlitePassageIndex
from killrvideo.adapters.sqlite.playback import SqlitePlaybackStore
from killrvideo.adapters.sqlite.ratings import SqliteRatingStore
from killrvideo.adapters.sqlite.removals import SqliteRemovalStore
from killrvideo.adapters.sqlite.search import SqliteSearchIndex
from killrvideo.adapters.sqlite.sessions import SqliteSessionStore
from killrvideo.adapters.sqlite.signs_of_taste import SqliteTasteStore
from killrvideo.adapters.sqlite.units import SqliteUnitOfWork
from killrvideo.adapters.sqlite.uploads import SqliteUploadStore
from killrvideo.adapters.sqlite.vectors.vectors import SqliteVectorIndex
from killrvideo.adapters.sqlite.videos import SqliteVideoStore
from killrvideo.domain.events import Origin, RequestKey
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.failpoints import Failpoints

GENERATION = "PRAGMA data_version"
"""Counts the commits that the reading connection has seen others make; it makes none itself."""
CHECK = "SELECT count(*) FROM schema_migrations"


class SqliteStorage:
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
        self.database = Database(path, synchronous=synchronous, readers=readers, failpoints=failpoints)
        self._clock = clock
        self._ids = ids
        self.accounts = SqliteAccountStore(self.database)
        self.sessions = SqliteSessionStore(self.database)
        self.videos = SqliteVideoStore(self.database)
        self.comments = SqliteCommentStore(self.database)
        self.ratings = SqliteRatingStore(self.database)
        self.playback = SqlitePlaybackStore(self.database)
        self.activity = SqliteActivityStore(self.database)
        self.removals = SqliteRemovalStore(self.database)
        self.flags = SqliteFlagStore(self.database)
        self.audit = SqliteAuditStore(self.database)
        self.search = SqliteSearchIndex(self.database)
        self.vectors = SqliteVectorIndex(self.database)
        self.captions = SqliteCaptionStore(self.database)
        self.media = SqliteMediaStore(self.database)
        self.uploads = SqliteUploadStore(self.database)
        self.passages = SqlitePassageIndex(self.database)
        self.taste = SqliteTasteStore(self.database)
        self.learned = SqliteLearnedModels(self.database)
        self.experiments = SqliteExperimentStore(self.database)
        self.jobs = SqliteJobQueue(self.database, clock)
        self.outbox = SqliteOutbox(self.database)
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
