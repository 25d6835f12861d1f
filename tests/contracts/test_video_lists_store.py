"""What every store of videos keeps when it is asked for lists of them."""

from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.domain.errors import InvalidCursor
from killrvideo.domain.ids import JobId, VideoId
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, change, hide, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START

HOUR = timedelta(hours=1)
ALL = PageRequest(size=100)


async def three_videos(storage: Storage) -> list[Video]:
    """Newest first."""
    uploader = an_account()
    videos = [a_video(uploader, submitted_at=START - hours * HOUR) for hours in range(3)]
    await keep(storage, uploader, *reversed(videos))
    return videos


async def test_videos_come_in_the_order_asked_for_without_those_that_do_not_show(storage: Storage) -> None:
    uploader = an_account()
    first, second, pending, hidden = (
        a_video(uploader),
        a_video(uploader),
        a_video(uploader, status=VideoStatus.PENDING),
        a_video(uploader),
    )
    await keep(storage, uploader, first, second, pending, hidden)
    await hide(storage, hidden)
    unknown = VideoId(UUID(int=7))
    asked = [second.id, hidden.id, unknown, pending.id, first.id]
    assert await storage.videos.get_many(asked) == [second, first]
    assert await storage.videos.get_many([]) == []


async def test_the_latest_are_newest_first_and_ties_are_kept_apart(storage: Storage) -> None:
    uploader = an_account()
    twins = sorted((a_video(uploader), a_video(uploader)), key=lambda video: video.id, reverse=True)
    newest, oldest = (
        a_video(uploader, submitted_at=START + HOUR),
        a_video(uploader, submitted_at=START - HOUR),
    )
    await keep(storage, uploader, *twins, oldest, newest)
    page = await storage.videos.latest(ALL)
    assert page.items == (newest, *twins, oldest)
    assert (page.total, page.next) == (4, None)


async def test_pages_by_number_and_by_position_show_the_same(storage: Storage) -> None:
    uploader = an_account()
    # Twins, so that a page ends between two of the same instant.
    videos = [a_video(uploader, submitted_at=START - number // 2 * HOUR) for number in range(7)]
    await keep(storage, uploader, *videos)
    whole = (await storage.videos.latest(ALL)).items
    by_number = [await storage.videos.latest(PageRequest(number=n, size=3)) for n in (1, 2, 3, 4)]
    assert [video for page in by_number for video in page.items] == list(whole)
    assert [len(page.items) for page in by_number] == [3, 3, 1, 0]

    wanted = PageRequest(size=3)
    followed: list[Video] = []
    while True:
        page = await storage.videos.latest(wanted)
        followed += page.items
        assert page.total == 7
        if page.next is None:
            break
        wanted = PageRequest(size=3, after=page.next)
    assert followed == list(whole)


async def test_a_position_holds_its_place_when_something_newer_arrives(storage: Storage) -> None:
    videos = await three_videos(storage)
    first = await storage.videos.latest(PageRequest(size=1))
    uploader = an_account()
    await keep(storage, uploader, a_video(uploader, submitted_at=START + HOUR))
    second = await storage.videos.latest(PageRequest(size=1, after=first.next))
    assert second.items == (videos[1],)


async def test_a_position_of_another_kind_of_list_is_refused(storage: Storage) -> None:
    with pytest.raises(InvalidCursor):
        await storage.videos.latest(PageRequest(after=(20,)))


async def test_lists_and_counts_leave_out_what_does_not_show(storage: Storage) -> None:
    uploader = an_account()
    shown, hidden = a_video(uploader, tags=("Jazz",)), a_video(uploader, tags=("jazz",))
    pending = a_video(uploader, tags=("jazz",), status=VideoStatus.PENDING)
    await keep(storage, uploader, shown, hidden, pending)
    await hide(storage, hidden)
    for page in (
        await storage.videos.latest(ALL),
        await storage.videos.by_tag("jazz", ALL),
        await storage.videos.by_uploader(uploader.id, ALL, every_state=False),
    ):
        assert page.items == (shown,)
        assert page.total == 1
    assert await storage.videos.count() == 1


async def test_the_count_follows_every_change_of_what_shows(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, status=VideoStatus.PROCESSING)
    await keep(storage, uploader, video)
    counts = [await storage.videos.count()]
    ready = video.changed(START, status=VideoStatus.READY)
    await change(storage, ready)
    counts.append(await storage.videos.count())
    await change(storage, ready.changed(START, title="Still the same one"))
    counts.append(await storage.videos.count())
    await hide(storage, await present(storage, video.id))
    counts.append(await storage.videos.count())
    assert counts == [0, 1, 1, 0]


async def test_a_tag_is_found_ignoring_case_and_blanks(storage: Storage) -> None:
    uploader = an_account()
    older = a_video(uploader, tags=("New  Wave",), submitted_at=START - HOUR)
    newer, other = a_video(uploader, tags=("NEW WAVE", "Straße")), a_video(uploader, tags=("Wave",))
    await keep(storage, uploader, newer, older, other)
    page = await storage.videos.by_tag(" new wave ", ALL)
    assert (page.items, page.total) == ((newer, older), 2)
    assert (await storage.videos.by_tag("STRASSE", ALL)).items == (newer,)
    nothing = await storage.videos.by_tag("no such tag", ALL)
    assert (nothing.items, nothing.total) == ((), 0)


async def test_the_uploader_sees_every_state_but_nothing_removed(storage: Storage) -> None:
    uploader, somebody = an_account(), an_account()
    states = [
        a_video(uploader, status=status, submitted_at=START - number * HOUR)
        for number, status in enumerate(VideoStatus)
    ]
    hidden = a_video(uploader)
    await keep(storage, uploader, somebody, *states, hidden, a_video(somebody))
    await hide(storage, hidden)
    own = await storage.videos.by_uploader(uploader.id, PageRequest(size=3), every_state=True)
    assert own.items == tuple(states[:3])
    assert own.total == 4
    rest = await storage.videos.by_uploader(
        uploader.id, PageRequest(size=3, after=own.next), every_state=True
    )
    assert (rest.items, rest.next) == (tuple(states[3:]), None)


async def test_the_archive_holds_everything_and_the_export_what_is_not_removed(storage: Storage) -> None:
    uploader, somebody = an_account(), an_account()
    first = a_video(uploader, status=VideoStatus.PENDING, submitted_at=START - HOUR)
    second, others = a_video(uploader), a_video(somebody, submitted_at=START - 2 * HOUR)
    await keep(storage, uploader, somebody, second, first, others)
    await hide(storage, second)
    removed = await present(storage, second.id)
    assert await storage.videos.all_of(uploader.id) == [first, removed]
    assert await storage.videos.all() == [others, first]


async def test_unfinished_are_old_enough_not_removed_and_without_a_job(storage: Storage) -> None:
    uploader = an_account()
    old = START - HOUR
    lost, broken_off = (
        a_video(uploader, status=VideoStatus.PENDING, submitted_at=old - HOUR),
        a_video(uploader, status=VideoStatus.PROCESSING, submitted_at=old),
    )
    at_work = a_video(uploader, status=VideoStatus.PENDING, submitted_at=old)
    removed = a_video(uploader, status=VideoStatus.PENDING, submitted_at=old)
    ready, failed = (
        a_video(uploader, submitted_at=old),
        a_video(uploader, status=VideoStatus.ERROR, submitted_at=old),
    )
    new = a_video(uploader, status=VideoStatus.PENDING)
    await keep(storage, uploader, broken_off, lost, at_work, removed, ready, failed, new)
    await hide(storage, removed)
    work = storage.begin("tests.enqueue", ORIGIN)
    job = Job.new(JobId(IDS.new()), JobKind.VIDEO_PUBLISH, at_work.id, START, ORIGIN)
    storage.jobs.enqueue(work, job)
    await work.commit()
    assert await storage.videos.unfinished(START, 10) == [lost, broken_off]
    assert await storage.videos.unfinished(START, 1) == [lost]
