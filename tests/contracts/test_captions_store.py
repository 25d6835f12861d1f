"""What every store of captions keeps."""

from dataclasses import replace
from datetime import timedelta

import pytest

from killrvideo.domain.captions import LARGEST, Captions, CaptionTrack
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.captions import some_captions
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START

UPLOADER = an_account()
LATER = START + timedelta(minutes=1)


@pytest.fixture
async def video(storage: Storage) -> Video:
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, video)
    return video


async def put(storage: Storage, *captions: Captions) -> None:
    work = storage.begin("tests.captions", ORIGIN)
    for one in captions:
        storage.captions.put(work, one)
    await work.commit()


async def test_each_language_has_one_track(storage: Storage, video: Video) -> None:
    german, english = some_captions(video, "Es regnet.", language="de"), some_captions(video, "It rains.")
    other = a_video(UPLOADER)
    await keep(storage, other)
    await put(storage, german, english)

    assert await storage.captions.get(video.id, "en") == english
    assert await storage.captions.get(video.id, "de") == german
    assert await storage.captions.get(video.id, "fr") is None
    assert await storage.captions.tracks(video.id) == [german.track, english.track]
    assert await storage.captions.tracks(other.id) == []


async def test_the_next_version_replaces_the_present_one(storage: Storage, video: Video) -> None:
    first = some_captions(video, "It rains.")
    await put(storage, first)
    second = first.changed(LATER, some_captions(video, "It snows.").text, "Snow")
    await put(storage, second)

    assert await storage.captions.get(video.id, "en") == second
    for stale in (first, second, second.changed(LATER, "", "").changed(LATER, "", "")):
        with pytest.raises(StaleVersion):
            await put(storage, stale)
    assert await storage.captions.get(video.id, "en") == second


async def test_what_a_model_made_is_known_as_such_until_somebody_changes_it(
    storage: Storage, video: Video
) -> None:
    heard = some_captions(video)
    heard = replace(heard, track=replace(heard.track, automatic=True))
    await put(storage, heard)
    assert await storage.captions.get(video.id, "en") == heard
    assert [track.automatic for track in await storage.captions.tracks(video.id)] == [True]

    again = heard.changed(LATER, heard.text, "English", automatic=True)
    await put(storage, again)
    assert await storage.captions.get(video.id, "en") == again
    await put(storage, again.changed(LATER, heard.text, "English"))
    assert [track.automatic for track in await storage.captions.tracks(video.id)] == [False]


async def test_a_moved_track_keeps_its_version(storage: Storage, video: Video) -> None:
    seventh = some_captions(video)
    seventh = replace(seventh, track=replace(seventh.track, version=7, updated_at=LATER))
    await put(storage, seventh)
    assert await storage.captions.get(video.id, "en") == seventh
    await put(storage, seventh.changed(LATER, "WEBVTT\n", "x"))
    assert [track.version for track in await storage.captions.tracks(video.id)] == [8]


async def test_what_was_removed_can_come_again(storage: Storage, video: Video) -> None:
    first = some_captions(video)
    await put(storage, first)
    second = first.changed(LATER, first.text, "Once more")
    await put(storage, second)

    async def remove(track: CaptionTrack) -> None:
        work = storage.begin("tests.captions", ORIGIN)
        storage.captions.remove(work, track)
        await work.commit()

    with pytest.raises(StaleVersion):
        await remove(first.track)
    await remove(second.track)
    assert await storage.captions.tracks(video.id) == []
    assert await storage.captions.get(video.id, "en") is None
    with pytest.raises(StaleVersion):
        await remove(second.track)

    await put(storage, first)
    assert await storage.captions.get(video.id, "en") == first


async def test_a_text_may_be_as_large_as_it_may_be(storage: Storage, video: Video) -> None:
    large = some_captions(video)
    large = replace(large, text="雨" * (LARGEST // 3))
    await put(storage, large)
    assert await storage.captions.get(video.id, "en") == large
    second = large.changed(LATER, "WEBVTT\n", "small")
    await put(storage, second)
    assert await storage.captions.get(video.id, "en") == second


async def test_captions_of_a_hidden_video_are_kept_and_go_with_it(storage: Storage, video: Video) -> None:
    captions = some_captions(video)
    await put(storage, captions)
    await hide(storage, video, Cause.AUTHOR)
    assert await storage.captions.get(video.id, "en") == captions

    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, await present(storage, video.id))
    await work.commit()
    assert await storage.captions.get(video.id, "en") is None
    assert await storage.captions.tracks(video.id) == []
    with pytest.raises(StaleVersion):
        await put(storage, captions)
