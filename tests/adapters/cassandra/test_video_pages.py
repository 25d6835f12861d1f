"""Lists of videos on Cassandra: two round trips each, however the videos are spread over days."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid1, uuid4

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.lists.paging import uuid_order
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.videos import Video
from tests.backends import EmptiedSession, SharedStorage
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, change, hide
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

DAY = timedelta(days=1)
UPLOADER = an_account()

Read = Callable[[CassandraStorage, PageRequest], Awaitable[Page[Video]]]


def latest(storage: CassandraStorage, wanted: PageRequest) -> Awaitable[Page[Video]]:
    return storage.videos.latest(wanted)


def by_tag(storage: CassandraStorage, wanted: PageRequest) -> Awaitable[Page[Video]]:
    return storage.videos.by_tag("jazz", wanted)


def by_uploader(storage: CassandraStorage, wanted: PageRequest) -> Awaitable[Page[Video]]:
    return storage.videos.by_uploader(UPLOADER.id, wanted, every_state=False)


def own(storage: CassandraStorage, wanted: PageRequest) -> Awaitable[Page[Video]]:
    return storage.videos.by_uploader(UPLOADER.id, wanted, every_state=True)


LISTS: Sequence[Read] = (latest, by_tag, by_uploader, own)


async def add(storage: CassandraStorage, *videos: Video) -> None:
    work = storage.begin("tests.add", ORIGIN)
    for video in videos:
        storage.videos.add(work, video)
    await work.commit()


async def some_videos(
    storage: CassandraStorage, count: int, apart: timedelta, uploader: Account = UPLOADER
) -> list[Video]:
    """Newest first."""
    videos = [
        a_video(uploader, tags=("Jazz",), submitted_at=START - number * apart) for number in range(count)
    ]
    for first in range(0, count, 10):
        await add(storage, *videos[first : first + 10])
    return videos


async def followed(storage: CassandraStorage, read: Read, size: int) -> list[Video]:
    """All of the list, page by page."""
    page = await read(storage, PageRequest(size=size))
    found = list(page.items)
    while page.next is not None:
        page = await read(storage, PageRequest(size=size, after=page.next))
        found += page.items
    return found


@pytest.mark.parametrize("read", LISTS)
async def test_a_page_takes_two_round_trips(storage: CassandraStorage, read: Read) -> None:
    videos = await some_videos(storage, 30, DAY)
    first = await read(storage, PageRequest(size=10))
    for wanted in (PageRequest(size=10), PageRequest(size=10, after=first.next), PageRequest(number=3)):
        with counted() as trips:
            page = await read(storage, wanted)
        assert (trips.sequential, len(page.items), page.total) == (2, 10, len(videos))


async def test_a_video_takes_one_round_trip_and_so_do_many(storage: CassandraStorage) -> None:
    videos = await some_videos(storage, 5, DAY)
    await storage.videos.count()
    with counted() as trips:
        assert await storage.videos.get(videos[0].id) == videos[0]
    assert trips.sequential == 1
    with counted() as trips:
        assert await storage.videos.get_many([video.id for video in videos]) == videos
    assert trips.sequential == 1


@pytest.mark.parametrize("read", LISTS)
@pytest.mark.parametrize("apart", [timedelta(0), timedelta(hours=9), 40 * DAY])
async def test_pages_come_one_after_the_other_whatever_lies_between(
    storage: CassandraStorage, read: Read, apart: timedelta
) -> None:
    videos = await some_videos(storage, 25, apart)
    in_order = sorted(videos, key=lambda video: (video.submitted_at, video.id), reverse=True)
    assert await followed(storage, read, 4) == in_order
    assert await followed(storage, read, 4) == in_order


async def test_a_day_that_another_process_began_is_seen_at_once(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> None:
    other = SharedStorage(session, clock, ids)
    middle = await some_videos(storage, 3, DAY)
    assert await followed(other, latest, 2) == middle
    newer, older = (a_video(UPLOADER, submitted_at=START + number * 9 * DAY) for number in (1, -1))
    between = a_video(UPLOADER, submitted_at=START - DAY / 2)
    await add(storage, older, newer, between)
    assert await followed(other, latest, 2) == [newer, middle[0], between, *middle[1:], older]


async def test_days_that_were_emptied_are_passed_over(storage: CassandraStorage) -> None:
    videos = await some_videos(storage, 9, DAY)
    assert (await latest(storage, PageRequest(size=2))).items == tuple(videos[:2])
    for video in videos[1:7]:
        await hide(storage, video)
    page = await latest(storage, PageRequest(size=2))
    assert page.items == (videos[0], videos[7])
    assert await followed(storage, latest, 2) == [videos[0], *videos[7:]]


async def test_ids_of_all_kinds_at_one_instant_are_neither_lost_nor_repeated(
    storage: CassandraStorage,
) -> None:
    ids = [VideoId(make()) for make in (uuid1, uuid4) * 6]
    await add(storage, *(a_video(UPLOADER, id=video_id, tags=("jazz",)) for video_id in ids))
    for read in LISTS:
        found = [video.id for video in await followed(storage, read, 5)]
        assert found == sorted(ids, key=uuid_order, reverse=True)


async def test_an_edit_moves_a_video_from_tag_to_tag(storage: CassandraStorage) -> None:
    video = a_video(UPLOADER, tags=("Jazz", "Piano"))
    await add(storage, video)
    await change(storage, video.changed(START, tags=("piano", "Trio")))
    totals = [(await storage.videos.by_tag(tag, PageRequest())).total for tag in ("jazz", "piano", "trio")]
    found = [
        len((await storage.videos.by_tag(tag, PageRequest())).items) for tag in ("jazz", "piano", "trio")
    ]
    assert totals == found == [0, 1, 1]


def test_ids_with_a_time_are_in_its_order() -> None:
    early = UUID("ffffffff-0000-1000-8000-000000000000")
    late = UUID("00000000-0001-1000-8000-000000000000")
    assert uuid_order(early) < uuid_order(late)
    assert uuid_order(late) < uuid_order(UUID(int=4 << 76))
