"""Near vectors on Cassandra: found by an index, exact for what came in the last minutes."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import planned
from killrvideo.adapters.cassandra.vectors.directions import of_length_one
from killrvideo.adapters.cassandra.vectors.tables import VectorTable
from killrvideo.adapters.cassandra.vectors.traits import traits_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession, SharedStorage
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, change, hide, keep, present
from tests.builders.town import a_rating
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

UPLOADER = an_account()
MODEL = "Any model/with a name: v2"
EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)
ALL = SearchFilter()
LATELY = "TRUNCATE recent_vectors"
"""So that only the index can know."""


async def put(storage: CassandraStorage, video: Video, vector: Sequence[float]) -> None:
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, MODEL, vector, START, text_digest=None)
    await work.commit()


async def purge(storage: CassandraStorage, video: Video) -> None:
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)
    await work.commit()


async def pointing(storage: CassandraStorage, *vectors: Sequence[float]) -> list[Video]:
    videos = [a_video(UPLOADER, category="Music") for _ in vectors]
    await keep(storage, *videos)
    for video, vector in zip(videos, vectors, strict=True):
        await put(storage, video, vector)
    return videos


async def found(storage: CassandraStorage, chosen: SearchFilter = ALL, limit: int = 10) -> list[VideoId]:
    return [near.video_id for near in await storage.vectors.nearest(MODEL, EAST, chosen, limit)]


def row_of(video: Video, vector: Sequence[float]) -> dict[str, object]:
    """As a replica has it that knows of nothing later."""
    return {"video_id": video.id, "vector": list(vector), "stamp": 2**62, **traits_of(video).params}


async def test_the_index_finds_what_is_not_recent_any_more(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    north, east = await pointing(storage, NORTH, EAST)
    await session.define(LATELY)
    near = await storage.vectors.nearest(MODEL, (2.0, 1.0), ALL, 10)
    assert [one.video_id for one in near] == [east.id, north.id]
    assert [one.similarity for one in near] == pytest.approx([2 / 5**0.5, 1 / 5**0.5], abs=1e-5)


async def test_the_index_follows_what_filters_ask(storage: CassandraStorage, session: EmptiedSession) -> None:
    edited, rated = await pointing(storage, NORTH, EAST)
    await keep(storage, UPLOADER, a_rating(rated, UPLOADER, 5))
    await change(storage, edited.changed(START, category="Film", tags=("Rain",)))
    await session.define(LATELY)
    assert await found(storage, SearchFilter(category="Music")) == [rated.id]
    assert await found(storage, SearchFilter(category="Film", tags=("rain",))) == [edited.id]
    assert await found(storage, SearchFilter(minimum_rating=4)) == [rated.id]
    await put(storage, rated, NORTH)
    await session.define(LATELY)
    assert await found(storage, SearchFilter(minimum_rating=4)) == [rated.id]


async def test_the_index_holds_public_videos_only(storage: CassandraStorage, session: EmptiedSession) -> None:
    hidden, other = await pointing(storage, EAST, NORTH)
    await hide(storage, hidden)
    await put(storage, hidden, EAST)
    await session.define(LATELY)
    assert await found(storage) == [other.id]


async def test_a_replica_that_missed_an_edit_is_put_right(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    edited, other = await pointing(storage, WEST, NORTH)
    await put(storage, edited, EAST)
    await session.write(VectorTable(MODEL, 2).put, row_of(edited, WEST))
    assert await found(storage) == [edited.id, other.id]


async def test_a_replica_that_missed_a_removal_is_put_right(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    hidden, other = await pointing(storage, EAST, NORTH)
    await hide(storage, hidden)
    await session.write(VectorTable(MODEL, 2).put, row_of(hidden, EAST))
    assert await found(storage) == [other.id]


async def test_a_page_is_full_though_much_of_what_was_found_is_gone(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    gone = await pointing(storage, *[EAST] * 20)
    north = await pointing(storage, NORTH)
    await session.define(LATELY)
    for video in gone:
        await hide(storage, video)
        await session.write(VectorTable(MODEL, 2).put, row_of(video, EAST))
    with counted() as trips:
        assert await found(storage, limit=1) == [north[0].id]
    assert trips.sequential == 2


async def test_a_search_takes_one_round_trip_and_a_filter_by_rating_two(storage: CassandraStorage) -> None:
    [video, _] = await pointing(storage, EAST, NORTH)
    await keep(storage, UPLOADER, a_rating(video, UPLOADER, 5))
    await found(storage)
    with counted() as trips:
        await found(storage, SearchFilter(category="Music"))
    assert trips.sequential == 1
    with counted() as trips:
        assert await found(storage, SearchFilter(minimum_rating=5)) == [video.id]
    assert trips.sequential == 2


async def test_a_video_that_is_gone_gets_no_vector(storage: CassandraStorage) -> None:
    [video] = await pointing(storage, EAST)
    await purge(storage, video)
    await put(storage, video, NORTH)
    assert await storage.vectors.get(video.id, MODEL) is None
    assert await found(storage) == []


async def test_a_vector_that_is_put_while_its_video_is_hidden_is_not_found(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    [video] = await pointing(storage, NORTH)
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, MODEL, EAST, START, text_digest=None)

    async def overtake(_plan: Plan) -> None:
        await hide(storage, video)

    planned(work).plan(overtake)
    await work.commit()
    assert await found(storage) == []
    await session.define(LATELY)
    assert await found(storage) == []
    assert await storage.vectors.get(video.id, MODEL) == EAST


async def test_a_vector_that_is_put_while_its_video_is_edited_has_the_new_traits(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    [video] = await pointing(storage, NORTH)
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, MODEL, EAST, START, text_digest=None)

    async def overtake(_plan: Plan) -> None:
        await change(storage, video.changed(START, category="Film"))

    planned(work).plan(overtake)
    await work.commit()
    for _ in range(2):
        assert await found(storage, SearchFilter(category="Film")) == [video.id]
        assert await found(storage, SearchFilter(category="Music")) == []
        await session.define(LATELY)


async def test_a_vector_that_is_put_during_the_purge_goes_a_minute_later(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    [video] = await pointing(storage, EAST)
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, MODEL, NORTH, START, text_digest=None)

    async def overtake(_plan: Plan) -> None:
        await purge(storage, video)

    planned(work).plan(overtake)
    await work.commit()
    assert await storage.vectors.get(video.id, MODEL) == NORTH
    assert await storage.videos.tend(settled=timedelta()) == 1
    await session.define(LATELY)
    assert await storage.vectors.get(video.id, MODEL) is None
    assert await found(storage) == []


async def test_a_vector_that_the_purge_did_not_see_goes_with_the_video(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    video = a_video(UPLOADER)
    await keep(storage, video)
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)

    async def overtake(_plan: Plan) -> None:
        await put(storage, video, NORTH)

    planned(work).plan(overtake)
    await work.commit()
    await session.define(LATELY)
    assert await storage.vectors.get(video.id, MODEL) is None
    assert await found(storage) == []


@pytest.mark.parametrize("point", ["collected", "statement-1", "applied", "committed"])
async def test_an_edit_that_is_cut_off_shows_with_its_vector_or_not_at_all(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds, point: str
) -> None:
    [video] = await pointing(storage, NORTH)
    edited = video.changed(START, category="Film")
    dying = SharedStorage(session, clock, ids, failpoints=DiesAt(f"tests.edit:{point}"))
    work = dying.begin("tests.edit", ORIGIN)
    dying.videos.replace(work, edited)
    dying.search.put(work, edited)
    dying.vectors.put(work, video.id, MODEL, EAST, START, text_digest=None)
    with pytest.raises(Crash):
        await work.commit()
    await storage._on.repair.run(lambda _intent: True)

    is_edited = await present(storage, video.id) == edited
    assert is_edited is (point != "collected")
    vector, category = (EAST, "Film") if is_edited else (NORTH, "Music")
    assert await storage.vectors.get(video.id, MODEL) == vector
    for _ in range(2):
        [near] = await storage.vectors.nearest(MODEL, vector, SearchFilter(category=category), 10)
        assert near.similarity == pytest.approx(1.0, abs=1e-5)
        await session.define(LATELY)


async def test_edits_and_vectors_that_cross_end_as_the_video_stands(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    [video] = await pointing(storage, NORTH)

    async def edit() -> None:
        stands = video
        for number in range(6):
            stands = stands.changed(START, category=f"c{number}")
            await change(storage, stands)

    async def embed() -> None:
        for _ in range(12):
            await put(storage, video, EAST)

    await asyncio.gather(edit(), embed(), embed())
    for _ in range(2):
        assert await found(storage, SearchFilter(category="c5")) == [video.id]
        for number in range(5):
            assert await found(storage, SearchFilter(category=f"c{number}")) == []
        await session.define(LATELY)


@pytest.mark.parametrize("model", ["", "x" * 300, "Modèle/é ñ", "a; DROP TABLE videos"])
def test_any_model_makes_a_name_for_a_table(model: str) -> None:
    name = VectorTable(model, 8192).name
    assert name.isascii()
    assert name.replace("_", "").isalnum()
    assert len(f"{name}_submitted_at") <= 48
    assert name != VectorTable(model + "!", 8192).name


def test_a_vector_of_length_one_stays_as_it_is() -> None:
    assert of_length_one(EAST) == EAST
    assert of_length_one((0.0,) * 3) is None
