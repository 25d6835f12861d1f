"""Views, watch time and what trends."""

from datetime import timedelta

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.activity import ActivityKind
from killrvideo.domain.errors import InvalidInput, NotSignedIn, VideoNotFound
from killrvideo.domain.events import VideoViewed, WatchTimeReported
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.playback import WATCH_LONGEST
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.playback import Playback
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.keeping import hide, keep, present
from tests.builders.stored import left_behind
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

UPLOADER, ANN = an_account(), an_account()


@pytest.fixture
def playback(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Playback:
    return Playback(storage, clock, ids)


@pytest.fixture
async def video(storage: SqliteStorage) -> Video:
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, ANN, video)
    return video


async def activities(storage: SqliteStorage) -> list[tuple[ActivityKind, VideoId]]:
    page = await storage.activity.of_account(ANN.id, None, START - timedelta(days=1), PageRequest())
    return [(activity.kind, activity.video_id) for activity in page.items]


async def test_every_view_counts_at_once_whoever_watches(
    playback: Playback, video: Video, storage: SqliteStorage
) -> None:
    counts = []
    for caller in (NOBODY, caller_of(ANN), caller_of(ANN), NOBODY):
        await playback.view(caller, video.id)
        counts.append((await present(storage, video.id)).totals.views)
    assert counts == [1, 2, 3, 4]


async def test_only_a_signed_in_view_is_somebodys_activity(
    playback: Playback, video: Video, storage: SqliteStorage
) -> None:
    await playback.view(NOBODY, video.id)
    assert await activities(storage) == []
    await playback.view(caller_of(ANN), video.id)
    assert await activities(storage) == [(ActivityKind.VIEW, video.id)]


async def test_a_view_tells_who_watched_what(
    playback: Playback, video: Video, storage: SqliteStorage
) -> None:
    await playback.view(caller_of(ANN), video.id)
    [recorded] = await left_behind(storage)
    assert recorded.event == VideoViewed(video_id=video.id, viewer_id=ANN.id, version=video.version)


@pytest.mark.parametrize("status", [VideoStatus.PENDING, VideoStatus.PROCESSING, VideoStatus.ERROR])
async def test_what_is_not_ready_cannot_be_watched_even_by_its_owner(
    playback: Playback, video: Video, storage: SqliteStorage, status: VideoStatus
) -> None:
    unfinished = a_video(UPLOADER, status=status)
    await keep(storage, unfinished)
    for caller in (NOBODY, caller_of(UPLOADER)):
        with pytest.raises(VideoNotFound):
            await playback.view(caller, unfinished.id)
    with pytest.raises(VideoNotFound):
        await playback.watch_time(caller_of(UPLOADER), unfinished.id, 10)


async def test_what_is_hidden_or_absent_cannot_be_watched(
    playback: Playback, video: Video, storage: SqliteStorage, ids: CountingIds
) -> None:
    await hide(storage, video)
    for video_id in (video.id, VideoId(ids.new())):
        with pytest.raises(VideoNotFound):
            await playback.view(caller_of(ANN), video_id)


async def test_reports_of_watch_time_add_up(playback: Playback, video: Video, storage: SqliteStorage) -> None:
    for seconds in (1, 30, WATCH_LONGEST):
        await playback.watch_time(caller_of(ANN), video.id, seconds)
    reports = await storage.playback.watch_time_of(ANN.id)
    assert sorted(report.seconds for report in reports) == [1, 30, WATCH_LONGEST]
    last = (await left_behind(storage))[-1].event
    assert last == WatchTimeReported(
        video_id=video.id, account_id=ANN.id, seconds=WATCH_LONGEST, version=video.version
    )
    assert await activities(storage) == []


async def test_watch_time_needs_an_account_and_a_number_that_can_be_true(
    playback: Playback, video: Video, storage: SqliteStorage
) -> None:
    with pytest.raises(NotSignedIn):
        await playback.watch_time(NOBODY, video.id, 10)
    for seconds in (0, -5, WATCH_LONGEST + 1):
        with pytest.raises(InvalidInput):
            await playback.watch_time(caller_of(ANN), video.id, seconds)
    assert await storage.playback.watch_time_of(ANN.id) == []


async def test_what_trends_depends_on_the_days_that_count(
    playback: Playback, video: Video, storage: SqliteStorage, clock: ManualClock
) -> None:
    newcomer = a_video(UPLOADER)
    await keep(storage, newcomer)
    for _ in range(3):
        await playback.view(NOBODY, video.id)
    clock.advance(timedelta(days=3))
    await playback.view(NOBODY, newcomer.id)

    def ranks(trending: object) -> list[tuple[VideoId, int, int]]:
        assert isinstance(trending, list)
        return [(one.video.id, one.views_in_interval, one.video.totals.views) for one in trending]

    assert ranks(await playback.trending(1, 10)) == [(newcomer.id, 1, 1), (video.id, 0, 3)]
    assert ranks(await playback.trending(7, 10)) == [(video.id, 3, 3), (newcomer.id, 1, 1)]
    assert ranks(await playback.trending(7, 1)) == [(video.id, 3, 3)]


async def test_a_hidden_video_does_not_trend(
    playback: Playback, video: Video, storage: SqliteStorage
) -> None:
    await playback.view(NOBODY, video.id)
    await hide(storage, video)
    assert list(await playback.trending(1, 10)) == []
