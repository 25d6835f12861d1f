"""The files of a purged video go, however many they are and however long their store is away."""

from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role
from killrvideo.domain.ids import UploadId, VideoId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.features.processing import Processing, StepQueue
from killrvideo.features.purge import Purge, Retention
from killrvideo.features.uploads import Uploads
from killrvideo.features.uploads.forgetting import LONGEST_PAUSE, SHORTEST_PAUSE
from tests.builders.blobs import PATIENCE, keys
from tests.builders.keeping import ORIGIN, hide, present
from tests.builders.stored import somebody
from tests.builders.uploading import a_chunk, a_desk, a_file
from tests.holding_still import CountingIds, ManualClock
from tests.stand_ins.blobs_away import BlobsAway

DAY = timedelta(days=1)
RETENTION = Retention(content=30 * DAY, events=DAY, request_keys=DAY, request_counts=DAY)
LEASE = timedelta(seconds=30)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobsAway:
    return BlobsAway(open_blobs(tmp_path.joinpath("kept").as_uri(), PATIENCE))


@pytest.fixture
def desk(storage: SqliteStorage, blobs: BlobsAway, clock: ManualClock, ids: CountingIds) -> Uploads:
    return a_desk(storage, blobs, clock, ids)


async def uploaded(storage: SqliteStorage, desk: Uploads, blobs: BlobsAway) -> VideoId:
    """A video with a file that it was made of, and one that was made of it."""
    creator = await somebody(storage, Role.CREATOR)
    upload = await desk.begin(creator, a_file(5))
    await desk.append(creator, upload.id, a_chunk(b"hello"))
    video_id = VideoId(upload.id)
    await blobs.put(f"videos/{video_id}/r1/720p.m3u8", b"xxx")
    return video_id


async def purge(storage: SqliteStorage, clock: ManualClock, ids: CountingIds, video_id: VideoId) -> None:
    await hide(storage, await present(storage, video_id))
    clock.advance(31 * DAY)
    await Purge(storage, clock, ids, RETENTION).run(ORIGIN)


@pytest.fixture
async def purged(
    storage: SqliteStorage, desk: Uploads, blobs: BlobsAway, clock: ManualClock, ids: CountingIds
) -> VideoId:
    """A video that was uploaded, and purged a moment ago."""
    video_id = await uploaded(storage, desk, blobs)
    await purge(storage, clock, ids, video_id)
    return video_id


async def due(storage: SqliteStorage, clock: ManualClock) -> Job:
    job = await storage.jobs.claim(clock.now(), LEASE)
    assert job is not None
    assert job.kind is JobKind.VIDEO_FORGET
    return job


async def test_a_purge_is_followed_by_its_files(
    storage: SqliteStorage, desk: Uploads, blobs: BlobsAway, clock: ManualClock, purged: VideoId
) -> None:
    assert len(await keys(blobs)) == 2
    assert await desk.forgetting.carry_out(await due(storage, clock)) is JobState.DONE
    assert await keys(blobs) == []
    assert await storage.uploads.parts(UploadId(purged)) == []
    assert await storage.jobs.claim(clock.now(), LEASE) is None


async def test_while_the_files_are_away_it_is_tried_again_and_never_given_up(
    storage: SqliteStorage, desk: Uploads, blobs: BlobsAway, clock: ManualClock, purged: VideoId
) -> None:
    blobs.is_away = True
    for _ in range(30):
        assert await desk.forgetting.carry_out(await due(storage, clock)) is JobState.QUEUED
        clock.advance(LONGEST_PAUSE)
    [waiting] = [job for job in await storage.jobs.for_subject(purged) if job.state is JobState.QUEUED]
    assert waiting.last_error == "The files are away."
    blobs.is_away = False
    assert await desk.forgetting.carry_out(await due(storage, clock)) is JobState.DONE
    assert await keys(blobs) == []


async def test_it_waits_until_no_step_can_leave_files_behind_it(
    storage: SqliteStorage, desk: Uploads, blobs: BlobsAway, clock: ManualClock, ids: CountingIds
) -> None:
    video_id = await uploaded(storage, desk, blobs)
    step = await storage.jobs.claim(clock.now(), 32 * DAY)
    assert step is not None
    await purge(storage, clock, ids, video_id)
    assert await desk.forgetting.carry_out(await due(storage, clock)) is JobState.QUEUED

    await blobs.put(f"videos/{video_id}/r1/480p.m3u8", b"xxx")
    work = storage.begin("tests.step", ORIGIN)
    storage.jobs.failed(work, step, "It was removed.")
    await work.commit()

    assert await storage.jobs.claim(clock.now(), LEASE) is None
    clock.advance(SHORTEST_PAUSE)
    assert await desk.forgetting.carry_out(await due(storage, clock)) is JobState.DONE
    assert await keys(blobs) == []


async def test_it_waits_for_no_step_whose_worker_has_died(
    storage: SqliteStorage, desk: Uploads, blobs: BlobsAway, clock: ManualClock, ids: CountingIds
) -> None:
    video_id = await uploaded(storage, desk, blobs)
    assert await storage.jobs.claim(clock.now(), LEASE)
    await purge(storage, clock, ids, video_id)
    but = [kind for kind in JobKind if kind is not JobKind.VIDEO_FORGET]
    forget = await storage.jobs.claim(clock.now(), LEASE, but)
    assert forget is not None
    assert await desk.forgetting.carry_out(forget) is JobState.DONE
    assert await keys(blobs) == []


async def test_news_of_a_removal_that_come_late_do_not_cancel_it(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds, purged: VideoId
) -> None:
    await Processing(storage, clock, StepQueue(storage, clock, ids)).stop(purged, ORIGIN)
    assert (await due(storage, clock)).subject == purged
