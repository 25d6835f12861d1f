"""What trends on Cassandra: the same from views and from boards, whenever a board is made."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.playback.trend_boards import GRACE, SETTLED
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.domain.ids import ViewId
from killrvideo.domain.playback import View, interval_start
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, change, hide, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START, ManualClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHO = an_account()


def views_of(video: Video, count: int, at: datetime) -> Sequence[View]:
    return [View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=None, at=at) for _ in range(count)]


async def trending(storage: CassandraStorage, since: datetime, limit: int = 2) -> dict[str, int]:
    found = await storage.playback.trending(since, limit)
    return {one.video.title: one.views_in_interval for one in found}


async def open_with(storage: CassandraStorage, video: Video, views: int) -> None:
    work = storage.begin("tests.import", ORIGIN)
    storage.videos.set_opening_views(work, video.id, views)
    await work.commit()


async def show(storage: CassandraStorage, hidden: Video) -> None:
    await change(storage, hidden.changed(START, causes=Cause.NONE, deleted_at=None))


@pytest.fixture
async def videos(storage: CassandraStorage) -> list[Video]:
    made = [a_video(WHO, title=title) for title in ("first", "second")]
    await keep(storage, WHO, *made)
    return made


@pytest.mark.parametrize("age", [timedelta(), GRACE, HOUR, SETTLED + HOUR, DAY, 3 * DAY, 20 * DAY])
async def test_boards_say_what_the_views_say(
    storage: CassandraStorage, clock: ManualClock, videos: list[Video], age: timedelta
) -> None:
    first, second = videos
    for hours in (0, 1, 30):
        await keep(storage, *views_of(first, 3, START - hours * HOUR), *views_of(second, 2, START))
    clock.advance(age)
    since = interval_start(START, 1)
    for _ in range(2):
        assert await trending(storage, since) == {"first": 6, "second": 6}
        assert await trending(storage, since - 2 * DAY) == {"first": 9, "second": 6}
        await storage.playback.tend()


@pytest.mark.parametrize("age", [2 * HOUR, SETTLED + 2 * HOUR, 4 * DAY])
async def test_a_view_that_is_stored_late_takes_the_boards_away(
    storage: CassandraStorage, clock: ManualClock, videos: list[Video], age: timedelta
) -> None:
    await keep(storage, *views_of(videos[0], 1, START))
    clock.advance(age)
    await storage.playback.tend()
    await keep(storage, *views_of(videos[0], 1, START), *views_of(videos[1], 1, START))
    for _ in range(2):
        assert await trending(storage, START) == {"first": 2, "second": 1}
        await storage.playback.tend()


async def test_what_trends_takes_two_round_trips(
    storage: CassandraStorage, clock: ManualClock, videos: list[Video]
) -> None:
    for days in (0, 1, 3, 9):
        await keep(storage, *(view for video in videos for view in views_of(video, 1, START - days * DAY)))
    await storage.playback.tend()
    for now in (START, START + 3 * DAY):
        clock.advance(now - clock.now())
        await storage.playback.tend()
        for days in (1, 7, 30):
            # The first list that has to be filled up takes one more.
            await trending(storage, interval_start(now, days))
            with counted() as trips:
                assert await trending(storage, interval_start(now, days))
            assert trips.sequential == 2


async def test_a_quiet_time_is_filled_up_with_what_came_with_most_views(
    storage: CassandraStorage, videos: list[Video]
) -> None:
    newer = [a_video(WHO, title=f"newer {number}", submitted_at=START + HOUR) for number in range(5)]
    await keep(storage, *newer, *views_of(videos[1], 1, START))
    await open_with(storage, videos[0], 100)
    assert await trending(storage, START) == {"second": 1, "first": 0}


async def test_what_does_not_show_leaves_its_place_to_what_came_with_fewer_views(
    storage: CassandraStorage, videos: list[Video]
) -> None:
    newer = [a_video(WHO, title=f"newer {number}", submitted_at=START + HOUR) for number in range(5)]
    await keep(storage, *newer)
    first, second = videos
    await open_with(storage, first, 100)
    await open_with(storage, second, 10)
    assert await trending(storage, START, limit=1) == {"first": 0}
    await hide(storage, first)
    assert await trending(storage, START, limit=1) == {"second": 0}
    await show(storage, await present(storage, first.id))
    assert await trending(storage, START, limit=1) == {"first": 0}
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, await present(storage, first.id))
    await work.commit()
    assert await trending(storage, START, limit=1) == {"second": 0}


async def test_another_balance_takes_the_place_of_the_one_before(
    storage: CassandraStorage, session: EmptiedSession, videos: list[Video]
) -> None:
    for views in (100, 100, 7, 0, 3):
        await open_with(storage, videos[0], views)
    assert [row["views"] for row in await session.all_rows("SELECT * FROM opening_views")] == [3]


async def test_what_is_more_than_a_month_ago_is_no_more_counted_by_the_hour(
    storage: CassandraStorage, clock: ManualClock, videos: list[Video]
) -> None:
    await keep(storage, *views_of(videos[0], 2, START - 40 * DAY), *views_of(videos[1], 1, START))
    assert await trending(storage, START - 30 * DAY) == {"second": 1, "first": 0}
    found = await storage.videos.get(videos[0].id)
    assert found is not None
    assert found.totals.views == 2
