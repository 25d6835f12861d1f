"""What every unit of work keeps: all of it or nothing, events with their state, once."""

from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.domain.errors import LeaseLost
from killrvideo.domain.events import Origin, VideoPublished, VideoSubmitted
from killrvideo.domain.ids import AccountId, JobId, VideoId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.service_interfaces.storage import Storage
from tests.builders.stored import left_behind
from tests.holding_still import CountingIds, ManualClock

VIDEO = VideoId(UUID("019ca900-0000-7000-8000-000000000001"))
PERSON = AccountId(UUID("019ca900-0000-7000-8000-000000000002"))
ORIGIN = Origin(correlation_id="request-1", actor_id=PERSON)
LEASE = timedelta(seconds=30)
SUBMITTED = VideoSubmitted(video_id=VIDEO, uploader_id=PERSON)


def job(clock: ManualClock, ids: CountingIds) -> Job:
    return Job(
        id=JobId(ids.new()),
        kind=JobKind.VIDEO_METADATA,
        subject=VIDEO,
        run_at=clock.now(),
        created_at=clock.now(),
        origin=ORIGIN,
    )


async def test_nothing_is_written_before_the_commit(
    storage: Storage, clock: ManualClock, ids: CountingIds
) -> None:
    work = storage.begin("tests.submit", ORIGIN)
    storage.jobs.enqueue(work, job(clock, ids))
    work.publish(SUBMITTED)
    assert not await storage.jobs.for_subject(VIDEO)
    assert await left_behind(storage) == []
    await work.commit()
    assert len(await storage.jobs.for_subject(VIDEO)) == 1
    assert len(await left_behind(storage)) == 1


async def test_a_refused_commit_leaves_neither_state_nor_event(
    storage: Storage, clock: ManualClock, ids: CountingIds
) -> None:
    work = storage.begin("tests.submit", ORIGIN)
    storage.jobs.enqueue(work, job(clock, ids))
    await work.commit()
    late = await storage.jobs.claim(clock.now(), LEASE)
    clock.advance(LEASE)
    await storage.jobs.claim(clock.now(), LEASE)
    assert late is not None

    work = storage.begin("tests.publish", ORIGIN)
    work.publish(VideoPublished(video_id=VIDEO))
    storage.jobs.drop(work, VIDEO)
    storage.jobs.done(work, late)
    with pytest.raises(LeaseLost):
        await work.commit()
    assert [found.state for found in await storage.jobs.for_subject(VIDEO)] == [JobState.RUNNING]
    assert await left_behind(storage) == []


async def test_a_unit_commits_once(storage: Storage) -> None:
    work = storage.begin("tests.submit", ORIGIN)
    work.publish(SUBMITTED)
    await work.commit()
    with pytest.raises(RuntimeError, match=r"tests\.submit"):
        await work.commit()
    assert len(await left_behind(storage)) == 1


async def test_an_empty_unit_changes_nothing(storage: Storage) -> None:
    await storage.begin("tests.nothing", ORIGIN).commit()
    assert await left_behind(storage) == []


async def test_a_unit_tells_its_origin(storage: Storage) -> None:
    assert storage.begin("tests.origin", ORIGIN).origin == ORIGIN
