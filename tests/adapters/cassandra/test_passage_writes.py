"""Passages are written before the unit that brings them: what comes of those whose unit came to nothing."""

from collections.abc import AsyncIterator

import pytest

from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import planned
from killrvideo.domain.captions import Captions
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video
from killrvideo.features.passages import PassageUpkeep
from killrvideo.service_interfaces.units import UnitOfWork
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession, SharedStorage
from tests.builders.accounts import an_account
from tests.builders.captions import keep_captions, passages_of, some_captions, webvtt
from tests.builders.keeping import ORIGIN, keep
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings

UPLOADER = an_account()


@pytest.fixture
async def stored(
    session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> AsyncIterator[CassandraStorage]:
    yield SharedStorage(session, clock, ids)
    await session.empty()


@pytest.fixture
async def first(stored: CassandraStorage) -> Captions:
    """Version 1, which says that it rains."""
    video = a_video(UPLOADER)
    await keep(stored, UPLOADER, video)
    rain = some_captions(video, "Clouds bring rain.")
    await keep_captions(stored, video, rain)
    return rain


async def next_version(storage: CassandraStorage, first: Captions, line: str) -> UnitOfWork:
    """A unit with the second version and its passages."""
    video = await video_of(storage, first)
    second = first.changed(START, webvtt(line), "English")
    work = storage.begin("tests.captions", ORIGIN)
    storage.captions.put(work, second)
    storage.passages.replace(work, passages_of(video, second))
    return work


async def video_of(storage: CassandraStorage, captions: Captions) -> Video:
    video = await storage.videos.get(captions.track.video_id)
    assert video is not None
    return video


async def found(storage: CassandraStorage, query: str) -> list[str]:
    hits = await storage.passages.search(query, SearchFilter(), 5)
    return [hit.passage.text for hit in hits.by_words]


async def caught_up(storage: CassandraStorage) -> int:
    return await PassageUpkeep(storage, StandInModels(WordHashEmbeddings())).catch_up(ORIGIN)


async def test_the_text_of_a_write_that_was_refused_is_found_no_longer(
    stored: CassandraStorage, first: Captions
) -> None:
    video = await video_of(stored, first)
    faster = [await next_version(stored, first, "Cold brings snow.")]
    fog = first.changed(START, webvtt("Wind brings fog."), "English")
    slower = stored.begin("tests.captions", ORIGIN)

    async def overtaken(_plan: Plan) -> None:
        if faster:
            await faster.pop().commit()

    stored.captions.put(slower, fog)
    planned(slower).plan(overtaken)
    stored.passages.replace(slower, passages_of(video, fog))
    with pytest.raises(StaleVersion):
        await slower.commit()

    assert (await stored.passages.outdated(None, 5)).videos == (video.id,)
    assert await caught_up(stored) == 1
    assert await found(stored, "fog") == []
    assert await found(stored, "snow") == ["Cold brings snow."]
    assert await caught_up(stored) == 0


async def test_the_text_of_a_write_that_broke_off_is_found_no_longer(
    stored: CassandraStorage, first: Captions, session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> None:
    dying = SharedStorage(session, clock, ids, failpoints=DiesAt("tests.captions:collected"))
    with pytest.raises(Crash):
        await (await next_version(dying, first, "Cold brings snow.")).commit()

    assert await caught_up(stored) == 1
    assert await found(stored, "snow") == []
    assert await found(stored, "rain") == ["Clouds bring rain."]
    assert await caught_up(stored) == 0


async def test_of_two_makings_that_cross_the_later_one_stays_whole(
    stored: CassandraStorage, first: Captions
) -> None:
    """The earlier one says last what its passages are made of."""
    video = await video_of(stored, first)
    later = [await next_version(stored, first, "Cold brings snow.")]
    earlier = stored.begin("tests.passages", ORIGIN)

    async def overtaken(_plan: Plan) -> None:
        if later:
            await later.pop().commit()

    stored.passages.replace(earlier, passages_of(video, first))
    planned(earlier).plan(overtaken)
    await earlier.commit()

    assert await found(stored, "clouds") == []
    assert await found(stored, "snow") == ["Cold brings snow."]
    assert await stored.passages.is_current(video, await stored.captions.tracks(video.id))
    assert await caught_up(stored) == 0
