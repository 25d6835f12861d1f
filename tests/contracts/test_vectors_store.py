"""What every store of vectors keeps."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from killrvideo.domain.ids import VideoId
from killrvideo.domain.vectors import digest_of, text_of
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, change, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START

UPLOADER = an_account()


async def put(
    storage: Storage, video: Video, vector: Sequence[float], model: str = "m", text: str | None = None
) -> None:
    work = storage.begin("tests.embed", ORIGIN)
    digest = None if text is None else digest_of(text)
    storage.vectors.put(work, video.id, model, vector, START, text_digest=digest)
    await work.commit()


async def outdated(storage: Storage, model: str = "m") -> set[VideoId]:
    """All of them, found in small pieces."""
    found: set[VideoId] = set()
    after: str | None = None
    while True:
        part = await storage.vectors.outdated(model, 2, after)
        assert len(part.videos) <= 2
        found |= {*part.videos}
        after = part.next
        if after is None:
            return found


@pytest.fixture
async def video(storage: Storage) -> Video:
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, video)
    return video


async def test_each_model_has_one_vector_for_a_video(storage: Storage, video: Video) -> None:
    other = a_video(UPLOADER)
    await keep(storage, other)
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, "small", [1.0, -2.5, 0.0], START, text_digest=None)
    storage.vectors.put(work, video.id, "large", [0.25] * 384, START, text_digest=None)
    storage.vectors.put(work, video.id, "small", [3.0, 4.0], START + timedelta(minutes=1), text_digest=None)
    await work.commit()
    assert await storage.vectors.get(video.id, "small") == (3.0, 4.0)
    assert await storage.vectors.get(video.id, "large") == (0.25,) * 384
    assert await storage.vectors.get(video.id, "other") is None
    assert await storage.vectors.get(other.id, "small") is None


async def test_several_are_had_at_once(storage: Storage, video: Video) -> None:
    other, without = a_video(UPLOADER), a_video(UPLOADER)
    await keep(storage, other, without)
    await put(storage, video, [1.0, 2.0])
    await put(storage, other, [3.0, 4.0])
    wanted = [other.id, without.id, VideoId(IDS.new()), video.id]
    found = await storage.vectors.get_many(wanted, "m")
    assert found == {video.id: (1.0, 2.0), other.id: (3.0, 4.0)}
    assert await storage.vectors.get_many(wanted, "another") == {}
    assert await storage.vectors.get_many([], "m") == {}


async def test_numbers_keep_single_precision(storage: Storage, video: Video) -> None:
    await put(storage, video, [0.1, 1e-30, 123456.789])
    assert await storage.vectors.get(video.id, "m") == pytest.approx([0.1, 1e-30, 123456.789], rel=1e-6)


async def test_a_vector_says_which_text_it_stands_for(storage: Storage, video: Video) -> None:
    assert await storage.vectors.text_digest(video.id, "m") is None
    await put(storage, video, [1.0, 2.0], text="something else")
    assert await storage.vectors.text_digest(video.id, "m") == digest_of("something else")
    await put(storage, video, [1.0, 2.0])
    assert await storage.vectors.text_digest(video.id, "m") == digest_of(text_of(video))


async def test_one_of_an_older_text_does_not_replace_one_of_the_present(
    storage: Storage, video: Video
) -> None:
    edited = video.changed(START, title="Two hours of rain")
    work = storage.begin("tests.edit", ORIGIN)
    storage.videos.replace(work, edited)
    storage.search.put(work, edited)
    storage.vectors.put(work, video.id, "m", [1.0, 0.0], START, text_digest=digest_of(text_of(edited)))
    await work.commit()
    await put(storage, video, [0.0, 1.0], text=text_of(video))
    assert await storage.vectors.get(video.id, "m") == (1.0, 0.0)
    await put(storage, video, [0.5, 0.5], text=text_of(edited))
    assert await storage.vectors.get(video.id, "m") == (0.5, 0.5)


async def test_public_videos_without_a_vector_of_their_text_are_outdated(
    storage: Storage, video: Video
) -> None:
    others = [a_video(UPLOADER) for _ in range(4)]
    await keep(storage, *others)
    assert await outdated(storage) == {video.id, *(other.id for other in others)}
    await put(storage, video, [1.0, 2.0], text=text_of(video))
    await put(storage, others[0], [1.0, 2.0], text="an older text")
    await put(storage, others[1], [1.0, 2.0])
    await put(storage, others[2], [1.0, 2.0], model="another")
    assert await outdated(storage) == {others[0].id, others[2].id, others[3].id}
    assert await outdated(storage, "another") == {video.id, *(other.id for other in others)} - {others[2].id}


async def test_once_all_are_made_what_changes_is_found(storage: Storage, video: Video) -> None:
    await put(storage, video, [1.0, 2.0], text=text_of(video))
    assert await outdated(storage) == set()
    work = storage.begin("tests.serve", ORIGIN)
    storage.vectors.serve(work, "m")
    await work.commit()
    assert await outdated(storage) == set()

    edited = video.changed(START, description="Falling on leaves")
    await change(storage, edited)
    assert await outdated(storage) == {video.id}
    await put(storage, edited, [2.0, 1.0], text=text_of(edited))
    assert await outdated(storage) == set()

    added = a_video(UPLOADER)
    await keep(storage, added)
    assert await outdated(storage) == {added.id}


async def test_a_vector_from_elsewhere_stands_until_the_text_is_edited(
    storage: Storage, video: Video
) -> None:
    await put(storage, video, [1.0, 2.0])
    await change(storage, video.changed(START, category="Music"))
    assert await outdated(storage) == set()
    await change(storage, (await present(storage, video.id)).changed(START, title="Snow"))
    assert await outdated(storage) == {video.id}


async def test_the_model_that_is_served_is_remembered(storage: Storage) -> None:
    assert await storage.vectors.served() is None
    for model in ("first", "second"):
        work = storage.begin("tests.serve", ORIGIN)
        storage.vectors.serve(work, model)
        await work.commit()
        assert await storage.vectors.served() == model
