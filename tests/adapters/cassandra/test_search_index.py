"""The index of videos: how many round trips it takes, what it bounds, and what happens at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.adapters.cassandra.cluster import trips
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.search.rows import PUT, row_of
from killrvideo.adapters.cassandra.search.terms import STEMS_MOST, indexed
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Cause
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import DESCRIPTION_LONGEST, TAG_LONGEST, TAGS_MOST, Video
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, change, hide, keep
from tests.builders.videos import a_video
from tests.holding_still import START

UPLOADER = an_account()
ANYTHING = SearchFilter()
FIRST_PAGE = PageRequest()
LAST_BY_TOKEN = UUID("019ca41e-ae00-7000-8000-00000000ef1f")
"""Of some hundred thousand ids no other stands so far back in the order in which Cassandra reads a table."""


async def found(storage: CassandraStorage, query: str, **chosen: object) -> list[VideoId]:
    page = await storage.search.search(query, replace(ANYTHING, **chosen), FIRST_PAGE)  # type: ignore[arg-type]
    return [hit.video_id for hit in page.items]


async def index_alone(session: EmptiedSession, videos: Sequence[Video]) -> None:
    async def put(video: Video) -> None:
        await session.write(PUT, {**row_of(video), "stamp": 1})

    await in_turns(videos, put)


@pytest.fixture
async def catalogue(storage: CassandraStorage) -> list[Video]:
    videos = [a_video(UPLOADER, title=f"Rain {n}", tags=("Jazz", "late night")) for n in range(5)]
    await keep(storage, UPLOADER, *videos)
    return videos


async def test_a_search_is_one_round_trip(storage: CassandraStorage, catalogue: list[Video]) -> None:
    for query in ("rain", "rain jazz", "rain jazz nowhere"):
        await found(storage, query)  # Prepares the statements.
        with trips.counted() as counted:
            assert await found(storage, query)
        assert counted.sequential == 1


async def test_likeness_and_suggestions_are_one_round_trip(
    storage: CassandraStorage, catalogue: list[Video]
) -> None:
    await storage.search.similar(catalogue[0], 20)
    with trips.counted() as counted:
        assert len(await storage.search.similar(catalogue[0], 20)) == 4
    assert counted.sequential == 1
    await storage.search.suggest_tags("ja", 10)
    with trips.counted() as counted:
        assert await storage.search.suggest_tags("ja", 10) == ["Jazz"]
    assert counted.sequential == 1


async def test_taste_is_one_round_trip_once_the_days_of_videos_are_known(
    storage: CassandraStorage, catalogue: list[Video]
) -> None:
    reader = an_account()
    await keep(storage, reader)
    await storage.search.by_taste({"jazz": 1.0}, reader.id, FIRST_PAGE)
    with trips.counted() as counted:
        page = await storage.search.by_taste({"jazz": 1.0}, reader.id, FIRST_PAGE)
    assert len(page.items) == 5
    assert counted.sequential == 1


async def test_whoever_has_met_the_newest_is_shown_what_came_before(storage: CassandraStorage) -> None:
    reader = an_account()
    await keep(storage, UPLOADER, reader)
    old = a_video(UPLOADER, submitted_at=START - timedelta(days=3))
    await keep(storage, old)
    # More than a page looks through at first.
    for _ in range(5):
        await keep(storage, *(a_video(reader) for _ in range(25)))
    page = await storage.search.by_taste({}, reader.id, FIRST_PAGE)
    assert [hit.video_id for hit in page.items] == [old.id]
    assert page.total == 1


async def test_a_new_video_is_found_by_a_word_that_very_many_have(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    long_ago = START - timedelta(days=400)
    new = a_video(UPLOADER, title="Rain", id=VideoId(LAST_BY_TOKEN))
    await keep(storage, UPLOADER, new)
    await index_alone(
        session,
        [
            a_video(UPLOADER, title="Rain", submitted_at=long_ago)
            for _ in range(storage.search.counts_to + 50)
        ],
    )
    page = await storage.search.search("rain", ANYTHING, FIRST_PAGE)
    assert (page.total, page.total_is_capped) == (storage.search.counts_to, True)
    assert page.items[0].video_id == new.id


async def test_every_text_that_a_video_can_have_can_be_indexed(storage: CassandraStorage) -> None:
    words = (f"w{number:x}" for number in range(DESCRIPTION_LONGEST))
    description = " ".join(words)[:DESCRIPTION_LONGEST]
    tags = tuple(f"{number} {'x y ' * TAG_LONGEST}"[:TAG_LONGEST].strip() for number in range(TAGS_MOST))
    wordy = a_video(UPLOADER, title="y" * 150, tags=tags, description=description)
    endless = a_video(UPLOADER, title="Rain", description="\U00020000" * DESCRIPTION_LONGEST)
    await keep(storage, UPLOADER, wordy, endless)
    assert await found(storage, "w0") == await found(storage, "y" * 150) == [wordy.id]
    assert await found(storage, "\U00020000" * 400) == [endless.id]
    assert len(indexed(wordy).weights) == STEMS_MOST


async def test_two_who_rate_at_once_both_count_for_the_filter(storage: CassandraStorage) -> None:
    people = [an_account() for _ in range(8)]
    video = a_video(UPLOADER, title="Rain")
    await keep(storage, UPLOADER, *people, video)
    ratings = [
        Rating(video_id=video.id, account_id=who.id, stars=stars, created_at=START, updated_at=START)
        for who, stars in zip(people, (1, 5, 5, 5, 5, 5, 5, 5), strict=True)
    ]
    await asyncio.gather(*(keep(storage, rating) for rating in ratings))
    assert await found(storage, "rain", minimum_rating=4.5) == [video.id]
    assert await found(storage, "rain", minimum_rating=4.51) == []


async def test_a_withdrawn_rating_no_longer_counts_for_the_filter(storage: CassandraStorage) -> None:
    video = a_video(UPLOADER, title="Rain")
    rating = Rating(video_id=video.id, account_id=UPLOADER.id, stars=5, created_at=START, updated_at=START)
    await keep(storage, UPLOADER, video, rating)
    work = storage.begin("tests.withdraw", ORIGIN)
    storage.ratings.withdraw(work, video.id, UPLOADER.id)
    await work.commit()
    assert await found(storage, "rain", minimum_rating=1) == []


async def test_a_restored_video_is_found_by_its_rating_again(storage: CassandraStorage) -> None:
    video = a_video(UPLOADER, title="Rain")
    rating = Rating(video_id=video.id, account_id=UPLOADER.id, stars=4, created_at=START, updated_at=START)
    await keep(storage, UPLOADER, video, rating)
    await hide(storage, video)
    assert await found(storage, "rain") == []
    await change(storage, video.hidden_by(Cause.AUTHOR, START).freed_from(Cause.AUTHOR, START))
    assert await found(storage, "rain", minimum_rating=4) == [video.id]


async def test_one_tag_of_many_videos_at_once_is_counted_with_each(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    gone = [a_video(UPLOADER, tags=("Jazz",)) for _ in range(3)]
    await keep(storage, UPLOADER, *gone)
    come = [a_video(UPLOADER, tags=("Jazz",)) for _ in range(5)]
    await asyncio.gather(*(hide(storage, video) for video in gone), *(keep(storage, one) for one in come))
    [row] = await session.rows("SELECT uses FROM tag_spellings WHERE tag_key = 'jazz'")
    assert row["uses"] == len(come)
    await asyncio.gather(*(hide(storage, video) for video in come))
    assert await session.rows("SELECT uses FROM tag_spellings WHERE tag_key = 'jazz'") == []
