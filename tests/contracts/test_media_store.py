"""What every store of media keeps: one value for each video, which nobody overwrites unseen."""

from fractions import Fraction

import pytest

from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import Media, Picture, Rendition, Source, Storyboard
from killrvideo.service_interfaces.storage import Storage
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.builders.stored import a_stored_video

SOURCE = Source(
    size=2**40,
    container="mov,mp4",
    seconds=61.25,
    width=1280,
    height=720,
    frame_rate=Fraction(30000, 1001),
    has_sound=True,
    video_codec="h264",
    audio_codec="aac",
)
RUNG = Rendition(
    name="720p",
    codecs="avc1.64001f",
    peak=4_000_000,
    average=2_500_000,
    width=1280,
    height=720,
    frame_rate=Fraction(30000, 1001),
)
BOARD = Storyboard(every=2.5, tiles=25, columns=5, rows=5, width=160, height=90, sheets=("sheet-1.jpg",))
POSTER = Picture(name="large.jpg", width=1280, height=720, content_type="image/jpeg")


async def put(storage: Storage, media: Media) -> None:
    work = storage.begin("tests.media", ORIGIN)
    storage.media.put(work, media)
    await work.commit()


async def test_what_was_made_is_read_as_it_was_written(storage: Storage) -> None:
    video = await a_stored_video(storage)
    sound = Rendition(name="sound", codecs="mp4a.40.2", peak=130_000, average=128_000, channels=2)
    first = Media(video_id=video.id, run="1", source=SOURCE)
    await put(storage, first)
    made = first.changed(
        pictures=(POSTER,), storyboard=BOARD, renditions=(RUNG,), sound=sound, segment_seconds=6.006
    )
    await put(storage, made)

    assert await storage.media.get(video.id) == made
    assert await storage.media.get(VideoId(IDS.new())) is None


async def test_whoever_has_not_seen_the_present_version_is_refused(storage: Storage) -> None:
    video = await a_stored_video(storage)
    first = Media(video_id=video.id, run="1", source=SOURCE)
    await put(storage, first)
    await put(storage, first.changed(run="2"))

    for unseen in (first, first.changed(run="3")):
        with pytest.raises(StaleVersion):
            await put(storage, unseen)
    present = await storage.media.get(video.id)
    assert present is not None
    assert (present.run, present.version) == ("2", 2)


async def test_media_go_with_their_video(storage: Storage) -> None:
    video = await a_stored_video(storage)
    await put(storage, Media(video_id=video.id, run="1", source=SOURCE))
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, video)
    await work.commit()
    await storage.tend()

    assert await storage.media.get(video.id) is None
