"""What every store of views and watch time keeps."""

import asyncio
from datetime import datetime, timedelta

import pytest

from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import ViewId
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.service_interfaces.storage import Storage
from tests.backends import CASSANDRA
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START

HOUR = timedelta(hours=1)


def a_view(video: Video, viewer: Account | None = None, at: datetime = START) -> View:
    viewer_id = None if viewer is None else viewer.id
    return View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=viewer_id, at=at)


async def trending(storage: Storage, since: datetime, limit: int = 10) -> list[tuple[Video, int]]:
    found = await storage.playback.trending(since, limit)
    return [(one.video, one.views_in_interval) for one in found]


async def test_each_view_counts_once_whoever_it_was(storage: Storage) -> None:
    viewer = an_account()
    video = a_video(viewer)
    view = a_view(video, viewer)
    await keep(storage, viewer, video, view, a_view(video), a_view(video, viewer))
    await keep(storage, view, view)
    assert (await present(storage, video.id)).totals.views == 3
    assert await trending(storage, START) == [(await present(storage, video.id), 3)]
    assert len(await storage.playback.views_of(viewer.id)) == 2


async def test_views_at_once_all_count(storage: Storage) -> None:
    viewer = an_account()
    video = a_video(viewer)
    await keep(storage, viewer, video)
    views = [a_view(video, at=START + HOUR * (number % 3)) for number in range(60)]
    await asyncio.gather(*(keep(storage, view) for view in [*views, *views[::4]]))
    assert (await present(storage, video.id)).totals.views == 60
    assert [counted for _, counted in await trending(storage, START)] == [60]
    assert [counted for _, counted in await trending(storage, START + 2 * HOUR)] == [20]


async def test_trending_is_by_views_of_the_interval_then_of_all_time_then_newest(storage: Storage) -> None:
    who = an_account()
    rising, classic, steady, quiet, new = (
        a_video(who, title=title, submitted_at=START - age * HOUR)
        for title, age in (("rising", 9), ("classic", 8), ("steady", 7), ("quiet", 6), ("new", 5))
    )
    before = START - HOUR
    views = [
        *(a_view(rising) for _ in range(3)),
        *(a_view(video, at=at) for video in (steady, classic) for at in (START, before)),
        a_view(classic, at=before),
    ]
    await keep(storage, who, rising, steady, classic, quiet, new, *views)
    ranked = [(video.title, counted) for video, counted in await trending(storage, START)]
    assert ranked == [("rising", 3), ("classic", 1), ("steady", 1), ("new", 0), ("quiet", 0)]
    assert await trending(storage, START, limit=2) == (await trending(storage, START))[:2]


async def test_the_list_fills_up_with_the_most_viewed_each_once(storage: Storage) -> None:
    who = an_account()
    today, famous, fresh = (
        a_video(who, title="today", submitted_at=START - 3 * HOUR),
        a_video(who, title="famous", submitted_at=START - 2 * HOUR),
        a_video(who, title="fresh"),
    )
    views = [a_view(today), *(a_view(famous, at=START - HOUR) for _ in range(5))]
    await keep(storage, who, today, famous, fresh, *views)
    ranked = [(video.title, counted) for video, counted in await trending(storage, START, limit=2)]
    assert ranked == [("today", 1), ("famous", 0)]


async def test_trending_leaves_out_what_does_not_show(storage: Storage) -> None:
    who = an_account()
    shown, hidden = a_video(who), a_video(who)
    pending = a_video(who, status=VideoStatus.PENDING)
    await keep(storage, who, shown, hidden, pending, a_view(hidden), a_view(hidden), a_view(pending))
    await hide(storage, await present(storage, hidden.id))
    assert await trending(storage, START) == [(shown, 0)]


@pytest.mark.parametrize(("minutes", "counted"), [(0, 1), (59, 1), (60, 0)])
async def test_a_view_counts_in_its_full_hour(storage: Storage, minutes: int, counted: int) -> None:
    who = an_account()
    video = a_video(who)
    at = START + timedelta(minutes=59, seconds=59) - timedelta(minutes=minutes)
    await keep(storage, who, video, a_view(video, at=at))
    assert [views for _, views in await trending(storage, START)] == [counted]


async def test_watched_are_the_last_distinct_videos_that_show(storage: Storage) -> None:
    viewer, somebody = an_account(), an_account()
    first, second, third, hidden = (a_video(viewer) for _ in range(4))
    views = [
        a_view(video, viewer, START + minute * timedelta(minutes=1))
        for minute, video in enumerate((first, second, hidden, third, first))
    ]
    await keep(storage, viewer, somebody, first, second, third, hidden, *views, a_view(second, somebody))
    await hide(storage, hidden)
    assert await storage.playback.watched_by(viewer.id, 10) == [first.id, third.id, second.id]
    assert await storage.playback.watched_by(viewer.id, 1) == [first.id]


async def test_the_archive_holds_every_view_and_report_newest_first(storage: Storage) -> None:
    viewer, somebody = an_account(), an_account()
    video = a_video(viewer)
    old, new = a_view(video, viewer, START - HOUR), a_view(video, viewer)
    await keep(storage, viewer, somebody, video, old, new, a_view(video, somebody), a_view(video))
    assert await storage.playback.views_of(viewer.id) == [new, old]

    watched = [
        WatchTime(
            id=ViewId(IDS.new()),
            video_id=video.id,
            viewer_id=viewer.id,
            seconds=seconds,
            at=START + timedelta(seconds=seconds),
        )
        for seconds in (30, 60)
    ]
    work = storage.begin("tests.watch", ORIGIN)
    for report in (*watched, watched[0]):
        storage.playback.add_watch_time(work, report)
    await work.commit()
    assert await storage.playback.watch_time_of(viewer.id) == [watched[1], watched[0]]
    assert await storage.playback.watch_time_of(somebody.id) == []


async def test_old_hours_can_be_purged_and_the_views_stay(storage: Storage, backend: str) -> None:
    viewer = an_account()
    video = a_video(viewer)
    await keep(storage, viewer, video, a_view(video, viewer, START - HOUR), a_view(video, viewer))
    gone = 0 if backend == CASSANDRA else 1  # There they expire by themselves.
    assert await storage.playback.purge(START) == gone
    assert await storage.playback.purge(START) == 0
    assert [counted for _, counted in await trending(storage, START - HOUR)] == [2 - gone]
    assert (await present(storage, video.id)).totals.views == 2
    assert len(await storage.playback.views_of(viewer.id)) == 2
