"""Streams of a film, made by the step itself: what becomes of them on a full disk, or where parts differ."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from killrvideo.adapters.pictures import PillowPictures
from killrvideo.adapters.scratch import FolderScratch
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.errors import DiskFull, ToolFailed
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.media import Media
from killrvideo.domain.uploads import Part
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing.steps.files import UploadedFiles
from killrvideo.features.processing.steps.pictures import MakePictures
from killrvideo.features.processing.steps.room import Room
from killrvideo.features.processing.steps.transcode import Transcode
from killrvideo.features.processing.work import StepWork
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.progress import Told
from tests.builders.accounts import an_account
from tests.builders.blobs import PATIENCE, content, keys
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.media import an_uploaded_video
from tests.builders.uploads import an_upload
from tests.clips import Clips
from tests.holding_still import START, ManualClock
from tests.stand_ins.full_disk import FullDisk

UPLOADER = an_account()
LEFT_FREE = 1000
PLENTY = 10**12


def nobody(_: float) -> None:
    """Is told nothing."""


class Studio:
    """Works on one film of two groups, with sound."""

    def __init__(self, storage: SqliteStorage, clock: ManualClock, folder: Path) -> None:
        self._storage = storage
        self.disk = FullDisk(open_blobs((folder / "media").as_uri(), PATIENCE))
        self.blobs = cast(BlobStore, self.disk)
        self._folder = folder
        self._scratch = FolderScratch(folder / "scratch", self.blobs)
        files = UploadedFiles(storage, self._scratch)
        transcoder = FfmpegTranscoder(preset="ultrafast", threads=2)
        room = Room(self.blobs, LEFT_FREE)
        self.streams = Transcode(storage, self.blobs, files, transcoder, room, highest=240)
        maker = PillowPictures()
        self.pictures = MakePictures(storage, self.blobs, clock, files, transcoder, maker, room)

    async def take_in(self, clip: Path, *, claims_sound: bool = False) -> Video:
        source = await FfmpegTranscoder().probe(clip)
        source = replace(source, has_sound=source.has_sound or claims_sound)
        film = an_uploaded_video(UPLOADER, status=VideoStatus.PROCESSING)
        upload = an_upload(UPLOADER, id=film.id, length=source.size, offset=source.size)
        await self.blobs.put("uploads/film", await asyncio.to_thread(clip.read_bytes))
        await keep(self._storage, UPLOADER, film)
        work = self._storage.begin("tests.film", ORIGIN)
        self._storage.uploads.add(work, upload)
        self._storage.uploads.put_back(work, upload.id, Part(0, source.size, "uploads/film"))
        self._storage.media.put(work, Media(video_id=film.id, run="r1", source=source))
        await work.commit()
        return film

    async def run(self, step: StepWork, film: Video, told: Told = nobody) -> Media:
        keep_it = await step(Job.new(IDS.new(), JobKind.VIDEO_TRANSCODE, film.id, START, ORIGIN), film, told)
        work = self._storage.begin("tests.step", ORIGIN)
        await keep_it(work, film)
        await work.commit()
        media = await self._storage.media.get(film.id)
        assert media is not None
        return media

    async def forget_the_file(self, film: Video) -> None:
        await self.blobs.delete("uploads/film")
        await self._scratch.clear(film.id)

    def folders_of_work(self) -> list[Path]:
        return [*self._folder.glob("scratch/*/work-*")]

    async def made(self, film: Video) -> set[str]:
        return {key.rpartition("/")[2] for key in await keys(self.blobs, f"videos/{film.id}")}


@pytest.fixture
def studio(storage: SqliteStorage, clock: ManualClock, tmp_path: Path) -> Studio:
    return Studio(storage, clock, tmp_path)


@pytest.mark.parametrize("name", ["streams", "pictures"])
async def test_nothing_is_made_where_there_is_no_room_for_it(studio: Studio, clips: Clips, name: str) -> None:
    film = await studio.take_in(clips.plain())
    step = getattr(studio, name)
    studio.disk.left = LEFT_FREE
    with pytest.raises(DiskFull):
        await studio.run(step, film)
    assert await studio.made(film) == set()

    studio.disk.left = PLENTY
    media = await studio.run(step, film)
    assert media.is_watchable if name == "streams" else media.pictures


async def test_a_disk_that_fills_up_costs_no_group_that_is_made(studio: Studio, clips: Clips) -> None:
    film = await studio.take_in(clips.long())
    studio.disk.left = PLENTY

    def fill(part: float) -> None:
        if part >= 0.2:  # The first group is being made.
            studio.disk.left = LEFT_FREE

    with pytest.raises(DiskFull):
        await studio.run(studio.streams, film, fill)
    before = {name for name in await studio.made(film) if name.startswith("0000")}
    assert {name[:5] for name in before} == {"00000"}

    studio.disk.left = PLENTY
    media = await studio.run(studio.streams, film)
    assert media.is_watchable
    assert before <= await studio.made(film)


async def test_groups_that_do_not_fit_together_are_made_anew_by_the_next_try(
    studio: Studio, clips: Clips
) -> None:
    film = await studio.take_in(clips.long())
    await studio.run(studio.streams, film)
    note = next(key for key in await keys(studio.blobs) if key.endswith("/00000.json"))
    [rung] = json.loads(await content(studio.blobs, note))
    await studio.blobs.put(note, json.dumps([{**rung, "digest": "of another encoder"}]).encode())

    with pytest.raises(ToolFailed):
        await studio.run(studio.streams, film)
    media = await studio.run(studio.streams, film)
    assert media.is_watchable


async def test_where_the_sound_fails_nothing_more_is_made(studio: Studio, clips: Clips) -> None:
    """It is said to be there, and is not."""
    film = await studio.take_in(clips.silent_and_long(), claims_sound=True)

    with pytest.raises(ToolFailed):
        await studio.run(studio.streams, film)
    assert {name[:5] for name in await studio.made(film)} <= {"00000"}
    assert studio.folders_of_work() == []


async def test_nothing_goes_on_where_pictures_fail(studio: Studio, clips: Clips) -> None:
    film = await studio.take_in(clips.long())
    studio.disk.left = LEFT_FREE

    with pytest.raises(DiskFull):
        await studio.run(studio.streams, film)
    assert studio.folders_of_work() == []


async def test_who_stops_it_stops_sound_and_pictures(studio: Studio, clips: Clips) -> None:
    film = await studio.take_in(clips.long())
    begun = asyncio.Event()
    running = asyncio.create_task(studio.run(studio.streams, film, lambda _: begun.set()))
    await begun.wait()

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert studio.folders_of_work() == []


async def test_what_is_told_rises_to_the_whole(studio: Studio, clips: Clips) -> None:
    heard: list[float] = []
    await studio.run(studio.streams, await studio.take_in(clips.long()), heard.append)

    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)


async def test_a_file_whose_streams_are_all_made_is_not_brought_again(studio: Studio, clips: Clips) -> None:
    film = await studio.take_in(clips.plain())
    await studio.run(studio.streams, film)
    await studio.forget_the_file(film)

    assert (await studio.run(studio.streams, film)).is_watchable
