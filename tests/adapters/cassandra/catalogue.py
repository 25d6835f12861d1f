"""Videos on Cassandra without any other store, in units of work that can stop at a point."""

import pytest

from killrvideo.adapters.cassandra.passages.outdated import OutdatedPassages
from killrvideo.adapters.cassandra.playback.trend_boards import TrendBoards
from killrvideo.adapters.cassandra.search.averages import AverageRatings
from killrvideo.adapters.cassandra.search.search import CassandraSearchIndex
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation
from killrvideo.adapters.cassandra.vectors.vectors import CassandraVectorIndex
from killrvideo.adapters.cassandra.videos.pages import VideoPages
from killrvideo.adapters.cassandra.videos.videos import CassandraVideoStore
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.videos import Video
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN
from tests.holding_still import CountingIds, ManualClock

UPLOADER = an_account()
ALL = PageRequest(size=100)
BEFORE_IT_IS_DECIDED = ("tests.videos:collected",)
ONCE_IT_IS_DECIDED = ("tests.videos:statement-1", "tests.videos:applied")


def videos_on(on: Foundation) -> CassandraVideoStore:
    pages, averages = VideoPages(on.session, on.tallies), AverageRatings(on)
    search = CassandraSearchIndex(on, averages, pages, TrendBoards(on.session, on.stamps))
    vectors, passages = CassandraVectorIndex(on, averages), OutdatedPassages(on.session, on.stamps)
    return CassandraVideoStore(on, pages, search, vectors, passages)


class Catalogue:
    """Videos, and what shows of them; and a store of something else that hangs on them."""

    def __init__(self, session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> None:
        self._session, self._clock, self._ids = session, clock, ids
        self.on = self._foundation("")
        self.videos = videos_on(self.on)
        self.dropped: list[VideoId] = []
        self.is_away = False
        self.on.purging.append(self._drop)

    def _foundation(self, dies_at: str) -> Foundation:
        failpoints = DiesAt(dies_at) if dies_at else NO_FAILPOINTS
        return Foundation(self._session, self._clock, self._ids, failpoints)

    async def _drop(self, video_id: VideoId) -> None:
        if self.is_away:
            raise Unavailable
        self.dropped.append(video_id)

    def work(self, dies_at: str = "") -> CassandraUnitOfWork:
        return CassandraUnitOfWork(self._foundation(dies_at) if dies_at else self.on, "tests.videos", ORIGIN)

    async def add(self, *videos: Video) -> None:
        work = self.work()
        for video in videos:
            self.videos.add(work, video)
        await work.commit()

    def change(self, changed: Video, dies_at: str = "") -> CassandraUnitOfWork:
        work = self.work(dies_at)
        self.videos.replace(work, changed)
        return work

    def purge(self, video: Video, dies_at: str = "") -> CassandraUnitOfWork:
        work = self.work(dies_at)
        self.videos.purge(work, video)
        return work

    async def shown(self) -> list[int]:
        """How many the lists show, and say that they have."""
        own = await self.videos.by_uploader(UPLOADER.id, ALL, every_state=True)
        pages = [
            await self.videos.latest(ALL),
            await self.videos.by_tag("jazz", ALL),
            await self.videos.by_uploader(UPLOADER.id, ALL, every_state=False),
        ]
        assert {len(page.items) for page in pages} == {page.total for page in pages}
        assert len(own.items) == own.total
        return [pages[0].total, own.total]

    async def repair(self) -> int:
        return await self.on.repair.run(lambda _: True)


async def crash(work: CassandraUnitOfWork) -> None:
    """Commits a unit that stops at its point."""
    with pytest.raises(Crash):
        await work.commit()
