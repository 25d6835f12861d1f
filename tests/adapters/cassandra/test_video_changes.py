"""Videos on Cassandra whose changes cross or stop: lists, counts and names follow the video, or none does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from killrvideo.adapters.cassandra.units import CassandraUnitOfWork, Foundation
from killrvideo.adapters.cassandra.videos import CassandraVideoStore
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.domain.errors import AlreadySubmitted, StaleVersion, Unavailable
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video, VideoStatus
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

UPLOADER = an_account()
ALL = PageRequest(size=100)
AT_ONCE = timedelta(0)
BEFORE_IT_IS_DECIDED = ("tests.videos:collected",)
ONCE_IT_IS_DECIDED = ("tests.videos:statement-1", "tests.videos:applied")


class Catalogue:
    """Videos, and what shows of them; and a store of something else that hangs on them."""

    def __init__(self, session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> None:
        self._session, self._clock, self._ids = session, clock, ids
        self.on = self._foundation("")
        self.videos = CassandraVideoStore(self.on)
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


@pytest.fixture
async def catalogue(
    session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> AsyncIterator[Catalogue]:
    yield Catalogue(session, clock, ids)
    await session.empty()


async def crash(work: CassandraUnitOfWork) -> None:
    with pytest.raises(Crash):
        await work.commit()


def a_pending_video() -> Video:
    return a_video(UPLOADER, tags=("Jazz",), status=VideoStatus.PENDING)


@pytest.mark.parametrize("point", BEFORE_IT_IS_DECIDED)
async def test_a_change_that_stopped_early_never_was(catalogue: Catalogue, point: str) -> None:
    video = a_pending_video()
    await catalogue.add(video)
    published = video.changed(START, status=VideoStatus.READY)
    await crash(catalogue.change(published, point))
    await catalogue.repair()
    assert await catalogue.shown() == [0, 1]
    await catalogue.change(published).commit()
    assert await catalogue.shown() == [1, 1]


@pytest.mark.parametrize("point", ONCE_IT_IS_DECIDED)
async def test_a_change_that_stopped_late_is_finished(catalogue: Catalogue, point: str) -> None:
    video = a_pending_video()
    await catalogue.add(video)
    published = video.changed(START, status=VideoStatus.READY)
    await crash(catalogue.change(published, point))
    assert await catalogue.shown() == [0, 1]
    await catalogue.repair()
    assert await catalogue.shown() == [1, 1]
    assert await catalogue.videos.get(video.id) == published
    await catalogue.change(published.hidden_by(Cause.AUTHOR, START)).commit()
    assert await catalogue.shown() == [0, 0]


async def test_a_submission_that_stopped_gives_the_name_back(catalogue: Catalogue) -> None:
    video = a_pending_video()
    work = catalogue.work("tests.videos:statement-1")
    catalogue.videos.add(work, video)
    await crash(work)
    await catalogue.repair()
    assert await catalogue.videos.get(video.id) is None
    await catalogue.add(a_video(UPLOADER, youtube_id=video.youtube_id))


async def test_of_changes_that_cross_each_one_is_made_or_refused(catalogue: Catalogue) -> None:
    video = a_video(UPLOADER, tags=("Jazz",))
    await catalogue.add(video)
    changes = [video.hidden_by(Cause.AUTHOR, START), video.changed(START, tags=("Jazz", "Trio"))] * 3
    outcomes = await asyncio.gather(
        *(catalogue.change(changed).commit() for changed in changes), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [StaleVersion] * 5
    present = await catalogue.videos.get(video.id)
    assert present is not None
    assert await catalogue.shown() == ([0, 0] if present.causes else [1, 1])


async def test_of_submissions_that_cross_one_is_made(catalogue: Catalogue) -> None:
    twins = [a_video(UPLOADER, tags=("Jazz",), youtube_id="dQw4w9WgXcQ") for _ in range(5)]
    outcomes = await asyncio.gather(*(catalogue.add(twin) for twin in twins), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome] == [AlreadySubmitted] * 4
    assert await catalogue.shown() == [1, 1]


async def test_a_video_that_is_hidden_and_restored_again_and_again_is_counted_once(
    catalogue: Catalogue,
) -> None:
    video = a_video(UPLOADER, tags=("Jazz",))
    await catalogue.add(video)
    for _ in range(3):
        video = video.hidden_by(Cause.MODERATION, START)
        await catalogue.change(video).commit()
        assert await catalogue.shown() == [0, 0]
        video = video.freed_from(Cause.MODERATION, START)
        await catalogue.change(video).commit()
        assert await catalogue.shown() == [1, 1]


async def test_what_hangs_on_a_purged_video_goes_with_it_and_once_more_later(catalogue: Catalogue) -> None:
    video = a_video(UPLOADER, tags=("Jazz",))
    await catalogue.add(video)
    await catalogue.purge(video).commit()
    assert (await catalogue.shown(), catalogue.dropped) == ([0, 0], [video.id])
    assert await catalogue.videos.tend(timedelta(hours=1)) == 0
    assert await catalogue.videos.tend(AT_ONCE) == 1
    assert await catalogue.videos.tend(AT_ONCE) == 0
    assert catalogue.dropped == [video.id] * 2


async def test_a_purge_that_could_not_finish_is_finished_later(catalogue: Catalogue) -> None:
    video = a_video(UPLOADER)
    await catalogue.add(video)
    catalogue.is_away = True
    await catalogue.purge(video).commit()
    assert (await catalogue.videos.get(video.id), catalogue.dropped) == (None, [])
    catalogue.is_away = False
    await catalogue.videos.tend(AT_ONCE)
    assert catalogue.dropped == [video.id]


@pytest.mark.parametrize("point", ONCE_IT_IS_DECIDED)
async def test_a_purge_that_stopped_is_finished_by_the_repair(catalogue: Catalogue, point: str) -> None:
    video = a_video(UPLOADER, tags=("Jazz",))
    await catalogue.add(video)
    await crash(catalogue.purge(video, point))
    await catalogue.repair()
    await catalogue.videos.tend(AT_ONCE)
    assert (await catalogue.shown(), catalogue.dropped) == ([0, 0], [video.id])


async def test_opening_views_that_come_after_the_purge_bring_nothing_back(catalogue: Catalogue) -> None:
    video = a_video(UPLOADER)
    await catalogue.add(video)
    late = catalogue.work()
    catalogue.videos.set_opening_views(late, video.id, 7)
    await catalogue.purge(video).commit()
    await late.commit()
    assert await catalogue.videos.get(video.id) is None
    assert await catalogue.videos.all() == []
