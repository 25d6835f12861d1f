"""Local files of videos are cleared when nothing works on them any more, and not before."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.scratch import FolderScratch
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.errors import DiskFull
from killrvideo.domain.housekeeping import UNTOUCHED
from killrvideo.domain.ids import VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.uploads import Part
from killrvideo.features.scratch import ScratchUpkeep
from tests.builders.blobs import PATIENCE
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.holding_still import START, ManualClock

OLD = START - UNTOUCHED - timedelta(seconds=1)
YOUNG = START - UNTOUCHED + timedelta(hours=1)


@pytest.fixture
async def scratch(tmp_path: Path) -> FolderScratch:
    blobs = open_blobs((tmp_path / "media").as_uri(), PATIENCE)
    await blobs.put("uploads/a", b"hello")
    return FolderScratch(tmp_path / "scratch", blobs)


@pytest.fixture
def upkeep(storage: SqliteStorage, clock: ManualClock, scratch: FolderScratch) -> ScratchUpkeep:
    return ScratchUpkeep(storage, clock, scratch)


async def brought(scratch: FolderScratch, when: float) -> tuple[VideoId, Path]:
    video_id = VideoId(IDS.new())
    file = await scratch.file_of(video_id, [Part(0, 5, "uploads/a")])
    for path in (file, file.parent):
        os.utime(path, (when, when))
    return video_id, file


async def test_what_was_left_goes_after_a_day_and_what_has_a_job_stays(
    storage: SqliteStorage, scratch: FolderScratch, upkeep: ScratchUpkeep
) -> None:
    _, left = await brought(scratch, to_millis(OLD) / 1000)
    _, young = await brought(scratch, to_millis(YOUNG) / 1000)
    video_id, at_work = await brought(scratch, to_millis(OLD) / 1000)
    work = storage.begin("tests.job", ORIGIN)
    storage.jobs.enqueue(work, Job.new(IDS.new(), JobKind.VIDEO_CAPTIONS, video_id, START, ORIGIN))
    await work.commit()
    assert await upkeep.clear_unused() == 1
    assert [path.exists() for path in (left, young, at_work)] == [False, True, True]

    work = storage.begin("tests.drop", ORIGIN)
    storage.jobs.drop(work, video_id)
    await work.commit()
    assert await upkeep.clear_unused() == 1
    assert not at_work.exists()


async def overfill(scratch: FolderScratch) -> None:
    async with scratch.folder(VideoId(IDS.new())) as folder:
        full = folder / "segment"
        full.symlink_to("/dev/full")
        full.write_bytes(b"one too many")


async def read_what_is_not_there(scratch: FolderScratch) -> None:
    async with scratch.folder(VideoId(IDS.new())) as folder:
        (folder / "missing").read_bytes()


async def test_a_disk_that_is_full_means_another_try(scratch: FolderScratch, tmp_path: Path) -> None:
    with pytest.raises(DiskFull):
        await overfill(scratch)
    assert [*(tmp_path / "scratch").rglob("segment")] == []


async def test_another_fault_of_a_file_stays_what_it_is(scratch: FolderScratch) -> None:
    with pytest.raises(FileNotFoundError):
        await read_what_is_not_there(scratch)
