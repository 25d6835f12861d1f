"""Near vectors in the embedded store: signs in memory that follow every process, and how much they miss."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from killrvideo.adapters.migrations import migrate
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.migrations import SqliteSchema, sqlite_migrations
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.adapters.sqlite.vectors.bytes import packed, signs_of
from killrvideo.adapters.sqlite.vectors.matrix import Entry, SignMatrix
from killrvideo.domain.ids import VideoId
from killrvideo.domain.instants import from_millis
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import digest_of, text_of
from killrvideo.domain.videos import Video
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, change, hide, keep
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

UPLOADER = an_account()
ALL = SearchFilter()
EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)
FIRST = 3
"""Schema scripts of the release before."""
OF_RELEASE_BEFORE = """
INSERT INTO accounts (id, first_name, last_name, name_key, roles, scopes, status, created_at, version)
VALUES (:uploader, '', '', '', '[]', '[]', 'active', 0, 1);
INSERT INTO videos (id, uploader_id, title, title_is_provisional, description, tags, location, location_type,
  status, submitted_at, version, causes)
VALUES (:id, :uploader, :title, 0, :description, '{"late night": "Late Night"}', '', 1, 'READY', 0, 1, 0);
INSERT INTO vectors VALUES (:id, 'm', 2, :vector, 0);
"""


@pytest.fixture
async def other(
    storage: SqliteStorage, tmp_path: Path, clock: ManualClock, ids: CountingIds
) -> AsyncIterator[SqliteStorage]:
    """The same file, opened by another process as it were."""
    other = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off")
    await other.open()
    yield other
    await other.close()


async def put(storage: SqliteStorage, video: Video, vector: tuple[float, ...], model: str = "m") -> None:
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, model, vector, START, text_digest=None)
    await work.commit()


async def found(storage: SqliteStorage, model: str = "m", chosen: SearchFilter = ALL) -> list[VideoId]:
    return [near.video_id for near in await storage.vectors.nearest(model, EAST, chosen, 10)]


async def test_what_another_process_writes_shows_at_once(
    storage: SqliteStorage, other: SqliteStorage
) -> None:
    rain, snow = a_video(UPLOADER), a_video(UPLOADER, category="Music")
    await keep(storage, UPLOADER, rain, snow)
    await put(storage, rain, EAST)
    assert await found(storage) == await found(other) == [rain.id]
    await put(other, snow, NORTH)
    assert await found(storage) == [rain.id, snow.id]
    await put(other, rain, WEST)
    assert await found(storage) == [snow.id, rain.id]
    await hide(other, rain)
    assert await found(storage) == [snow.id]
    await change(other, snow.changed(START, category="Film", tags=("Ice",)))
    assert await found(storage, chosen=SearchFilter(category="Music")) == []
    assert await found(storage, chosen=SearchFilter(category="Film", tags=("ice",))) == [snow.id]
    work = other.begin("tests.purge", ORIGIN)
    other.videos.purge(work, snow.changed(START))
    await work.commit()
    assert await found(storage) == []


async def test_models_that_are_searched_by_turns_are_all_followed(storage: SqliteStorage) -> None:
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, video)
    for model in ("one", "two", "three"):
        assert await found(storage, model) == []
    for model in ("one", "two", "three"):
        await put(storage, video, EAST, model)
    for model in ("one", "two", "three"):
        assert await found(storage, model) == [video.id]


async def test_it_can_be_closed_and_opened_again(storage: SqliteStorage) -> None:
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, video)
    await put(storage, video, EAST)
    for _ in range(2):
        assert await found(storage) == [video.id]
        await storage.close()
        await storage.open()


@pytest.mark.parametrize(("one_of", "least"), [(1, 0.995), (10, 0.99), (100, 0.99)])
def test_of_ten_nearest_hardly_any_is_missed(one_of: int, least: float) -> None:
    """Clusters of fifty; a filter leaves few of each, so that the rest are as good as random."""
    chance = np.random.default_rng(11)
    centres = chance.standard_normal((120, 384))
    vectors = np.repeat(centres, 50, axis=0) + 0.8 * chance.standard_normal((6000, 384))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codes = chance.permutation(6000)
    matrix = SignMatrix(384)
    matrix.put_all(
        Entry(place, place + 1, signs_of(vector.tolist()), category=f"c{codes[place] % one_of}")
        for place, vector in enumerate(vectors)
    )
    part = np.flatnonzero(codes % one_of == 0)
    chosen, shares = SearchFilter(category="c0"), list[float]()
    for centre in centres[:40]:
        question = centre + 0.8 * chance.standard_normal(384)
        best = part[np.argsort(-(vectors[part] @ question))[:10]] + 1
        shares.append(np.isin(best, matrix.nearest(question, chosen, 10)).mean())
    assert np.mean(shares) >= least


def test_what_passes_a_filter_is_all_compared_where_it_is_little() -> None:
    matrix = SignMatrix(2)
    matrix.put_all(
        Entry(place, place + 1, signs_of(EAST), submitted_at=place, tags=("odd",) if place % 2 else ())
        for place in range(200)
    )
    matrix.put_all(
        [Entry(7, 0), Entry(9, 500, signs_of(WEST), submitted_at=9), Entry(300, 301, signs_of(WEST))]
    )
    odd = SearchFilter(tags=("Odd",))
    assert sorted(matrix.nearest(np.array(EAST), odd, 5)) == [
        place + 1 for place in range(1, 200, 2) if place not in {7, 9}
    ]
    early = SearchFilter(submitted_to=from_millis(3))
    assert sorted(matrix.nearest(np.array(EAST), early, 5)) == [1, 2, 3, 301]


async def test_vectors_of_the_release_before_are_taken_over(
    tmp_path: Path, clock: ManualClock, ids: CountingIds
) -> None:
    video = a_video(UPLOADER, tags=("Late Night",), description="Falling on leaves")
    database = Database(tmp_path / "store.db", synchronous="off")
    await database.open()
    await migrate(SqliteSchema(database, clock), sqlite_migrations()[:FIRST])
    row = {"id": video.id.bytes, "uploader": UPLOADER.id.bytes, "title": video.title, "vector": packed(NORTH)}
    row["description"] = video.description or ""
    await database.write(lambda connection: connection.execute(OF_RELEASE_BEFORE, row))
    await database.close()
    storage = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off")
    await storage.open()
    assert await storage.vectors.text_digest(video.id, "m") == digest_of(text_of(video))
    assert await found(storage) == [video.id]
    assert (await storage.vectors.outdated("m", 10)).videos == ()
    await storage.close()
