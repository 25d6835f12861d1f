"""What every search for near vectors keeps: whom it finds, in which order, and whom it does not."""

from collections.abc import Sequence
from datetime import timedelta
from math import cos, hypot, sin

import pytest

from killrvideo.domain.ids import VideoId
from killrvideo.domain.removals import Cause
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import LARGEST, SMALLEST
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.service_interfaces.hiding import show_video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, change, hide, keep, present
from tests.builders.town import a_rating
from tests.builders.videos import a_video
from tests.holding_still import START

UPLOADER, ANN = an_account(), an_account()
EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)
ALL = SearchFilter()


@pytest.fixture(autouse=True)
async def people(storage: Storage) -> None:
    await keep(storage, UPLOADER, ANN)


async def pointing(storage: Storage, vector: Sequence[float], **changes: object) -> Video:
    """A video that is stored, with a vector."""
    video = a_video(UPLOADER, **changes)
    await keep(storage, video)
    await put(storage, video, vector)
    return video


async def put(storage: Storage, video: Video, vector: Sequence[float], model: str = "m") -> None:
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, model, vector, START, text_digest=None)
    await work.commit()


async def show(storage: Storage, video: Video) -> None:
    work = storage.begin("tests.show", ORIGIN)
    show_video(storage, work, await present(storage, video.id), Cause.AUTHOR, START)
    await work.commit()


async def found(
    storage: Storage,
    vector: Sequence[float] = EAST,
    chosen: SearchFilter = ALL,
    limit: int = 10,
    but: Sequence[VideoId] = (),
) -> list[VideoId]:
    near = await storage.vectors.nearest("m", vector, chosen, limit, but=but)
    return [one.video_id for one in near]


async def test_the_nearest_come_first_with_their_similarity(storage: Storage) -> None:
    west = await pointing(storage, WEST)
    east = await pointing(storage, (3.0, 0.0))
    north = await pointing(storage, NORTH)
    near = await storage.vectors.nearest("m", (2.0, 0.5), ALL, 10)
    assert [one.video_id for one in near] == [east.id, north.id, west.id]
    length = hypot(2.0, 0.5)
    wanted = [2 / length, 0.5 / length, -2 / length]
    assert [one.similarity for one in near] == pytest.approx(wanted, abs=1e-5)
    assert await found(storage, limit=1) == [east.id]
    assert await found(storage, limit=1, but=[east.id, west.id]) == [north.id]
    assert await found(storage, limit=0) == []


async def test_models_and_dimensions_are_kept_apart(storage: Storage) -> None:
    video, other = await pointing(storage, EAST), await pointing(storage, NORTH)
    await put(storage, video, (0.0, 0.0, 1.0))
    await put(storage, other, EAST, model="another")
    assert await found(storage) == [other.id]
    assert await found(storage, (0.0, 0.0, 1.0)) == [video.id]
    near = await storage.vectors.nearest("another", EAST, ALL, 10)
    assert [one.video_id for one in near] == [other.id]
    assert await storage.vectors.nearest("unknown", EAST, ALL, 10) == []


async def test_lengths_do_not_count_however_large_or_small(storage: Storage) -> None:
    large = await pointing(storage, (LARGEST, LARGEST))
    small = await pointing(storage, (SMALLEST, -SMALLEST))
    near = await storage.vectors.nearest("m", (SMALLEST, SMALLEST), ALL, 10)
    assert [one.video_id for one in near] == [large.id, small.id]
    assert [one.similarity for one in near] == pytest.approx([1.0, 0.0], abs=1e-5)


async def test_what_points_nowhere_is_kept_but_never_found(storage: Storage) -> None:
    video = await pointing(storage, (0.0, 0.0))
    assert await storage.vectors.get(video.id, "m") == (0.0, 0.0)
    assert await found(storage) == []
    assert await found(storage, (0.0, 0.0)) == []


async def test_only_what_the_public_may_see_is_found(storage: Storage) -> None:
    video = await pointing(storage, EAST)
    pending = await pointing(storage, EAST, status=VideoStatus.PENDING)
    assert await found(storage) == [video.id]
    await hide(storage, video)
    assert await found(storage) == []
    await show(storage, video)
    assert await found(storage) == [video.id]
    await change(storage, pending.changed(START, status=VideoStatus.READY))
    assert {*await found(storage)} == {video.id, pending.id}


async def test_a_hidden_video_that_gets_a_vector_is_found_once_it_shows(storage: Storage) -> None:
    video = a_video(UPLOADER)
    await keep(storage, video)
    await hide(storage, video)
    await put(storage, video, EAST)
    assert await found(storage) == []
    await show(storage, video)
    assert await found(storage) == [video.id]


async def test_a_purged_video_is_not_found(storage: Storage) -> None:
    video, other = await pointing(storage, EAST), await pointing(storage, NORTH)
    await hide(storage, video)
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, await present(storage, video.id))
    await work.commit()
    assert await found(storage) == [other.id]
    assert await storage.vectors.get(video.id, "m") is None


async def test_a_new_vector_counts_at_once(storage: Storage) -> None:
    video, other = await pointing(storage, WEST), await pointing(storage, NORTH)
    assert await found(storage) == [other.id, video.id]
    await put(storage, video, EAST)
    assert await found(storage) == [video.id, other.id]


async def test_each_filter_chooses(storage: Storage) -> None:
    stranger = an_account()
    hers = a_video(stranger, category="Music", submitted_at=START + timedelta(days=1))
    await keep(storage, stranger, hers)
    await put(storage, hers, EAST)
    his = await pointing(storage, NORTH, category="Film", language="fr")
    plain = await pointing(storage, WEST)
    by_filter = [
        (ALL, [hers, his, plain]),
        (SearchFilter(category="Music"), [hers]),
        (SearchFilter(language="fr"), [his]),
        (SearchFilter(language="de"), []),
        (SearchFilter(uploader_id=UPLOADER.id), [his, plain]),
        (SearchFilter(submitted_from=START + timedelta(days=1)), [hers]),
        (SearchFilter(submitted_to=START + timedelta(days=1)), [his, plain]),
        (SearchFilter(category="Film", language="fr", uploader_id=stranger.id), []),
    ]
    for chosen, wanted in by_filter:
        assert await found(storage, chosen=chosen) == [video.id for video in wanted], chosen


async def test_all_tags_must_be_there_in_any_spelling(storage: Storage) -> None:
    both = await pointing(storage, EAST, tags=("Rain", "Late Night"))
    one = await pointing(storage, NORTH, tags=("rain",))
    await pointing(storage, WEST)
    assert await found(storage, chosen=SearchFilter(tags=("RAIN",))) == [both.id, one.id]
    assert await found(storage, chosen=SearchFilter(tags=("late  night", "rain"))) == [both.id]
    assert await found(storage, chosen=SearchFilter(tags=("snow",))) == []


async def test_a_filter_by_rating_follows_ratings(storage: Storage) -> None:
    good, bad = await pointing(storage, EAST), await pointing(storage, NORTH)
    await pointing(storage, WEST)
    chosen = SearchFilter(minimum_rating=3.5)
    assert await found(storage, chosen=chosen) == []
    await keep(storage, a_rating(good, ANN, 4), a_rating(bad, ANN, 3))
    assert await found(storage, chosen=chosen) == [good.id]
    await keep(storage, a_rating(good, UPLOADER, 1), a_rating(bad, UPLOADER, 5))
    assert await found(storage, chosen=chosen) == [bad.id]


async def test_an_edit_is_followed_by_the_filters(storage: Storage) -> None:
    video = await pointing(storage, EAST, category="Music", tags=("rain",))
    await change(storage, video.changed(START, category="Film", tags=("snow",), language="en"))
    for chosen in (SearchFilter(category="Music"), SearchFilter(tags=("rain",))):
        assert await found(storage, chosen=chosen) == []
    chosen = SearchFilter(category="Film", language="en", tags=("snow",))
    assert await found(storage, chosen=chosen) == [video.id]


async def test_a_narrow_filter_fills_the_page(storage: Storage) -> None:
    work = storage.begin("tests.many", ORIGIN)
    wanted = []
    for number in range(120):
        angle = number / 100
        video = a_video(UPLOADER, category="Rare" if number % 24 == 23 else "Common")
        storage.videos.add(work, video)
        storage.search.put(work, video)
        storage.vectors.put(work, video.id, "m", (cos(angle), sin(angle)), START, text_digest=None)
        wanted += [video.id] if number % 24 == 23 else []
    await work.commit()
    assert await found(storage, chosen=SearchFilter(category="Rare"), limit=5) == wanted


async def test_an_edit_that_brings_its_vector_shows_both(storage: Storage) -> None:
    video = await pointing(storage, WEST, category="Music")
    edited = video.changed(START, title="Snow", category="Film")
    work = storage.begin("tests.edit", ORIGIN)
    storage.videos.replace(work, edited)
    storage.search.put(work, edited)
    storage.vectors.put(work, video.id, "m", EAST, START, text_digest=None)
    await work.commit()
    [near] = await storage.vectors.nearest("m", EAST, SearchFilter(category="Film"), 10)
    assert near.video_id == video.id
    assert near.similarity == pytest.approx(1.0, abs=1e-5)
