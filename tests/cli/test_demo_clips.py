"""The clips of the demo: made, uploaded and READY when seed ends; once; and never in the demo's way."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from killrvideo.adapters.demo_clips import CREATOR, installed_voice, scripts
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.cli.demo_clips import lacks_clips
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import LocationType, Video, VideoStatus
from tests.api.town import Town, town_in
from tests.builders.accounts import an_account
from tests.builders.keeping import keep
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


async def uploads_in(folder: Path, clock: ManualClock, ids: CountingIds) -> list[Video]:
    storage = SqliteStorage(folder / "killrvideo.db", clock, ids)
    await storage.open()
    videos = await storage.videos.all()
    await storage.close()
    return [video for video in videos if video.location_type is LocationType.UPLOAD]


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
    assert {clip.title for clip in clips} == {script.title for script in scripts()}
    assert {clip.status for clip in clips} == {VideoStatus.READY}
    found = re.findall(r"^Ready: /watch/(\S+) (.+)$", first, re.MULTILINE)
    assert sorted(found) == sorted((str(clip.id), clip.title) for clip in clips)
    assert "Ready" not in again
    assert ("No voice is installed" in first) == (installed_voice() is None)


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
