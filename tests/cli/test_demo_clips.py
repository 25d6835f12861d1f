"""The clips of the demo: made, uploaded and READY when seed ends; once; and never in the demo's way."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.clock import SystemClock
from killrvideo.adapters.demo_clips import CREATOR, installed_voice, scripts
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.cli.demo_clips import lacks_clips
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import LocationType, Video, VideoStatus
from killrvideo.service_interfaces.storage import Storage
from tests.api.town import Town, town_in
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.media import an_uploaded_video
from tests.builders.videos import a_video
from tests.cli import command
from tests.cli.command import Folder
from tests.holding_still import CountingIds, ManualClock

WANTED = scripts()[:1]
LONG_PATIENCE = 240
"""Seconds: three films are made and encoded, which takes a busy machine a while."""


@pytest.fixture
async def town(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[Town]:
    async with town_in(tmp_path, clock, ids) as town:
        yield town


@asynccontextmanager
async def store_in(folder: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[SqliteStorage]:
    storage = SqliteStorage(folder / "killrvideo.db", clock, ids)
    await storage.open()
    yield storage
    await storage.close()


async def uploads_in(folder: Path, clock: ManualClock, ids: CountingIds) -> list[Video]:
    async with store_in(folder, clock, ids) as storage:
        return [one for one in await storage.videos.all() if one.location_type is LocationType.UPLOAD]


async def fail_captions(storage: Storage, clip: Video) -> None:
    """As if there had been no model when the clip was listened to."""
    kind, now = JobKind.VIDEO_CAPTIONS, SystemClock().now()
    work = storage.begin("tests.captions", ORIGIN)
    storage.jobs.enqueue(work, Job.new(IDS.new(), kind, clip.id, now, ORIGIN))
    await work.commit()
    job = await storage.jobs.claim(now, timedelta(minutes=1), set(JobKind) - {kind})
    assert job is not None
    work = storage.begin("tests.captions", ORIGIN)
    storage.jobs.failed(work, job, "The model is missing.")
    await work.commit()


async def test_clips_are_ready_when_seed_ends_and_made_once(
    folder: Folder, clock: ManualClock, ids: CountingIds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PATIENCE", LONG_PATIENCE)
    unable = folder.done("seed", "--demo", ffmpeg="/nowhere/ffmpeg")
    assert "│ creator@killrvideo.example" in unable
    missing = "ffmpeg cannot be run: No such file or directory: /nowhere/ffmpeg."
    assert unable.count(f"The demo is without a clip: {missing}\n") == 1

    first = folder.done("seed", "--demo", speech_model="off")
    again = folder.done("seed", "--demo")
    clips = await uploads_in(folder.path / "var", clock, ids)
    async with store_in(folder.path / "var", clock, ids) as storage:
        await fail_captions(storage, clips[0])
    mended = folder.done("seed", "--demo", speech_model="off")

    assert f"Ready: /watch/{clips[0].id} {clips[0].title}\n" in mended
    assert mended.count("Ready: ") == 1
    assert {clip.title for clip in clips} == {script.title for script in scripts()}
    assert {clip.status for clip in clips} == {VideoStatus.READY}
    found = re.findall(r"^Ready: /watch/(\S+) (.+)$", first, re.MULTILINE)
    assert sorted(found) == sorted((str(clip.id), clip.title) for clip in clips)
    assert "Ready" not in again
    assert ("No voice is installed" in first) == (installed_voice() is None)


async def test_a_clip_whose_captions_failed_is_lacking(town: Town) -> None:
    creator = an_account(email=CREATOR)
    clip = an_uploaded_video(creator, title=WANTED[0].title, status=VideoStatus.READY)
    await keep(town.house.storage, creator, clip)
    assert not await lacks_clips(town.house, WANTED)

    await fail_captions(town.house.storage, clip)

    assert await lacks_clips(town.house, WANTED)


@pytest.mark.parametrize(
    ("status", "causes", "lacks"),
    [
        (VideoStatus.READY, Cause.NONE, False),
        (VideoStatus.READY, Cause.AUTHOR, False),
        (VideoStatus.PROCESSING, Cause.NONE, True),
        (VideoStatus.ERROR, Cause.NONE, True),
        (VideoStatus.ERROR, Cause.AUTHOR, False),
    ],
)
async def test_a_clip_is_lacking_until_it_is_ready_and_not_when_it_was_deleted(
    town: Town, status: VideoStatus, causes: Cause, lacks: bool
) -> None:
    creator = an_account(email=CREATOR)
    clip = a_video(creator, title=WANTED[0].title, status=status)
    if causes:
        clip = replace(clip, causes=causes, deleted_at=clip.submitted_at)
    await keep(town.house.storage, creator)
    assert await lacks_clips(town.house, WANTED)

    await keep(town.house.storage, clip)

    assert await lacks_clips(town.house, WANTED) == lacks
