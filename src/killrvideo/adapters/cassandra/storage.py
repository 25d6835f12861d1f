"""The stores of the distributed back end as one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from killrvideo.adapters.cassandra.captions.captions import CassandraCaptionStore
from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.limits import CassandraRateLimiter
from killrvideo.adapters.cassandra.migrations import CassandraSchema, cassandra_migrations
from killrvideo.adapters.cassandra.moving.holdings import CassandraHoldings
from killrvideo.adapters.cassandra.outbox.outbox import CassandraOutbox
from killrvideo.adapters.cassandra.passages.outdated import OutdatedPassages
from killrvideo.adapters.cassandra.passages.passages import CassandraPassageIndex
from killrvideo.adapters.cassandra.playback.playback import CassandraPlaybackStore
from killrvideo.adapters.cassandra.playback.trend_boards import TrendBoards
from killrvideo.adapters.cassandra.ratings import CassandraRatingStore
from killrvideo.adapters.cassandra.removals.removals import CassandraRemovalStore
from killrvideo.adapters.cassandra.search.averages import AverageRatings
from killrvideo.adapters.cassandra.search.search import CassandraSearchIndex
from killrvideo.adapters.cassandra.stores import CassandraStores
from killrvideo.adapters.cassandra.units import request_keys
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation
from killrvideo.adapters.cassandra.vectors.vectors import CassandraVectorIndex
from killrvideo.adapters.cassandra.videos.pages import VideoPages
from killrvideo.adapters.cassandra.videos.videos import CassandraVideoStore
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.adapters.migrations import migrate
from killrvideo.domain.events import Origin, RequestKey
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.failpoints import Failpoints

CHECK = "SELECT number FROM schema_migrations WHERE store = 'killrvideo' LIMIT 1"


class CassandraStorage(CassandraStores):
    """Everything in one keyspace. To be opened before use, unless its session is open."""

    def __init__(
        self,
        session: CassandraSession,
        clock: Clock,
        ids: IdSource,
        *,
        failpoints: Failpoints = NO_FAILPOINTS,
        keys_kept: timedelta = timedelta(days=1),
    ) -> None:
        """``keys_kept`` is how long an idempotency key is remembered."""
        self.session = session
        self._on = Foundation(session, clock, ids, failpoints, keys_kept=keys_kept)
        super().__init__(self._on)
        self.limits = CassandraRateLimiter(session, clock)
        self.outbox = CassandraOutbox(session)
        averages, boards, pages, unread = _of_videos(self._on)
        self.ratings = CassandraRatingStore(self._on, averages)
        self.search = CassandraSearchIndex(self._on, averages, pages, boards)
        self.vectors = CassandraVectorIndex(self._on, averages)
        self.captions = CassandraCaptionStore(self._on, unread)
        self.passages = CassandraPassageIndex(self._on, unread)
        self.videos = CassandraVideoStore(self._on, pages, self.search, self.vectors, unread)
        self.playback = CassandraPlaybackStore(self._on, boards, pages, self.videos)
        self.removals = CassandraRemovalStore(self._on, self.videos, self.comments, self.jobs)
        self.holdings = CassandraHoldings(session, self)

    async def open(self) -> None:
        """Brings the schema up to date, now or once Cassandra can be reached; raises MigrationRefused."""
        await self.session.open(self._connected)

    async def close(self) -> None:
        """May be called twice."""
        await self.session.close()

    def begin(self, name: str, origin: Origin) -> CassandraUnitOfWork:
        """An empty unit of work; see `UnitOfWork`."""
        return CassandraUnitOfWork(self._on, name, origin)

    async def done_before(self, key: RequestKey) -> UUID | None:
        return await request_keys.done_before(self.session, key)

    def generation(self) -> None:
        """Nobody knows of every commit of every process."""

    async def check(self) -> None:
        await self.session.row(CHECK)

    async def purge(self, *, keys_before: datetime, counts_before: datetime) -> int:  # noqa: ARG002
        """Nothing: both expire by themselves."""
        return 0

    async def tend(self) -> None:
        """Finishes what a crash left, or a purge or an erasure; sums up what was counted, and what trends."""
        await self._on.repair.run()
        await self._on.folding.run()
        await self.videos.tend()
        await self.playback.tend()

    def on_commit(self, told: Callable[[], None]) -> None:
        """To be told after every commit of this process."""
        self._on.committed.append(told)

    async def _connected(self) -> None:
        await migrate(CassandraSchema(self.session, self._on.clock), cassandra_migrations())


def _of_videos(on: Foundation) -> tuple[AverageRatings, TrendBoards, VideoPages, OutdatedPassages]:
    """What several stores need to know of videos."""
    return (
        AverageRatings(on),
        TrendBoards(on.session, on.stamps),
        VideoPages(on.session, on.tallies),
        OutdatedPassages(on.session, on.stamps),
    )
