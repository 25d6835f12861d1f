"""Purges of videos on Cassandra: what hangs on them has no bound, and goes after them, whatever happens."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.adapters.cassandra.catalogue import ONCE_IT_IS_DECIDED, UPLOADER, Catalogue, crash
from tests.backends import EmptiedSession
from tests.builders.videos import a_video
from tests.holding_still import CountingIds, ManualClock

AT_ONCE = timedelta(0)


@pytest.fixture
async def catalogue(
    session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> AsyncIterator[Catalogue]:
    yield Catalogue(session, clock, ids)
    await session.empty()


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
