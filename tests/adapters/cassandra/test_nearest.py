"""Near vectors on Cassandra: found by an index, exact for what came in the last minutes."""

import math
from collections.abc import Sequence
from datetime import timedelta

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import planned
from killrvideo.adapters.cassandra.vectors.nearest import of_length_one
from killrvideo.adapters.cassandra.vectors.tables import VectorTable
from killrvideo.domain.vectors import LARGEST, SMALLEST
from killrvideo.domain.videos import Video
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN
from tests.builders.videos import a_video
from tests.holding_still import START

UPLOADER = an_account()
MODEL = "Any model/with a name: v2"
EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)


async def a_stored_video(storage: CassandraStorage) -> Video:
    video = a_video(UPLOADER)
    work = storage.begin("tests.add", ORIGIN)
    storage.videos.add(work, video)
    await work.commit()
    return video


async def put(storage: CassandraStorage, video: Video, vector: Sequence[float]) -> None:
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, MODEL, vector, START)
    await work.commit()


async def purge(storage: CassandraStorage, video: Video) -> None:
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)
    await work.commit()


async def pointing(storage: CassandraStorage, *vectors: Sequence[float]) -> list[Video]:
    videos = [await a_stored_video(storage) for _ in vectors]
    for video, vector in zip(videos, vectors, strict=True):
        await put(storage, video, vector)
    return videos


async def test_the_nearest_come_first_with_their_closeness(storage: CassandraStorage) -> None:
    west, east, north = await pointing(storage, WEST, (3.0, 0.0), NORTH)
    found = await storage.vectors.nearest(MODEL, (2.0, 0.0), 10)
    assert [video_id for video_id, _ in found] == [east.id, north.id, west.id]
    assert [score for _, score in found] == pytest.approx([1.0, 0.5, 0.0])
    assert [video_id for video_id, _ in await storage.vectors.nearest(MODEL, EAST, 1)] == [east.id]
    others = await storage.vectors.nearest(MODEL, EAST, 1, but=[east.id])
    assert [video_id for video_id, _ in others] == [north.id]


async def test_the_index_finds_what_is_not_recent_any_more(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    east, north = await pointing(storage, EAST, NORTH)
    await session.define("TRUNCATE recent_vectors")
    found = await storage.vectors.nearest(MODEL, (1.0, 0.1), 10)
    assert [video_id for video_id, _ in found] == [east.id, north.id]
    assert found[0][1] == pytest.approx((1 + 1 / math.hypot(1, 0.1)) / 2)


async def test_a_replica_that_missed_an_edit_is_put_right(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    edited, other = await pointing(storage, WEST, NORTH)
    await put(storage, edited, EAST)
    # What such a replica still has.
    stale = {"video_id": edited.id, "vector": list(WEST), "stamp": 2**62}
    await session.write(VectorTable(MODEL, 2).put, stale)
    found = await storage.vectors.nearest(MODEL, EAST, 10)
    assert [video_id for video_id, _ in found] == [edited.id, other.id]


async def test_a_search_takes_one_round_trip(storage: CassandraStorage) -> None:
    await pointing(storage, EAST, NORTH)
    with counted() as trips:
        await storage.vectors.nearest(MODEL, EAST, 10)
    assert trips.sequential == 1


async def test_models_and_dimensions_are_kept_apart(storage: CassandraStorage) -> None:
    [video, other] = await pointing(storage, EAST, NORTH)
    await put(storage, video, (0.0, 0.0, 1.0))
    assert await storage.vectors.get(video.id, MODEL) == (0.0, 0.0, 1.0)
    assert [found for found, _ in await storage.vectors.nearest(MODEL, EAST, 10)] == [other.id]
    assert [found for found, _ in await storage.vectors.nearest(MODEL, (0.0, 0.0, 1.0), 10)] == [video.id]
    assert await storage.vectors.nearest("another model", EAST, 10) == []


async def test_lengths_do_not_count_however_large_or_small(storage: CassandraStorage) -> None:
    large, small = await pointing(storage, (LARGEST, LARGEST), (SMALLEST, -SMALLEST))
    found = await storage.vectors.nearest(MODEL, (SMALLEST, SMALLEST), 10)
    assert [video_id for video_id, _ in found] == [large.id, small.id]
    assert [score for _, score in found] == pytest.approx([1.0, 0.5])


async def test_what_points_nowhere_is_kept_but_never_found(storage: CassandraStorage) -> None:
    [video] = await pointing(storage, (0.0, 0.0))
    assert await storage.vectors.get(video.id, MODEL) == (0.0, 0.0)
    assert await storage.vectors.nearest(MODEL, EAST, 10) == []
    assert await storage.vectors.nearest(MODEL, (0.0, 0.0), 10) == []


async def test_a_video_that_is_gone_gets_no_vector(storage: CassandraStorage) -> None:
    [video] = await pointing(storage, EAST)
    await purge(storage, video)
    await put(storage, video, NORTH)
    assert await storage.vectors.get(video.id, MODEL) is None


async def test_a_vector_that_is_put_during_the_purge_goes_a_minute_later(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    [video] = await pointing(storage, EAST)
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, MODEL, NORTH, START)

    async def overtake(_plan: Plan) -> None:
        await purge(storage, video)

    planned(work).plan(overtake)
    await work.commit()
    assert await storage.vectors.get(video.id, MODEL) == NORTH
    assert await storage.videos.tend(settled=timedelta()) == 1
    await session.define("TRUNCATE recent_vectors")
    assert await storage.vectors.get(video.id, MODEL) is None
    assert await storage.vectors.nearest(MODEL, NORTH, 10) == []


async def test_a_vector_that_the_purge_did_not_see_goes_with_the_video(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    video = await a_stored_video(storage)
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)

    async def overtake(_plan: Plan) -> None:
        await put(storage, video, NORTH)

    planned(work).plan(overtake)
    await work.commit()
    await session.define("TRUNCATE recent_vectors")
    assert await storage.vectors.get(video.id, MODEL) is None
    assert await storage.vectors.nearest(MODEL, NORTH, 10) == []


@pytest.mark.parametrize("model", ["", "x" * 300, "Modèle/é ñ", "a; DROP TABLE videos"])
def test_any_model_makes_a_name_for_a_table(model: str) -> None:
    name = VectorTable(model, 8192).name
    assert name.isascii()
    assert name.replace("_", "").isalnum()
    assert len(name) <= 48
    assert name != VectorTable(model + "!", 8192).name


def test_a_vector_of_length_one_stays_as_it_is() -> None:
    assert of_length_one(EAST) == EAST
    assert of_length_one((0.0,) * 3) is None
