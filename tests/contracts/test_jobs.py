"""What every job queue keeps: each job is done by one worker, and none is ever lost."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.domain.errors import LeaseLost
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import JobId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.service_interfaces.storage import Storage
from tests.backends import CASSANDRA
from tests.holding_still import CountingIds, ManualClock

ORIGIN = Origin(correlation_id="request-1")
LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


class Desk:
    """Puts jobs into a queue and takes them out, as features and workers do."""

    def __init__(self, storage: Storage, clock: ManualClock, ids: CountingIds) -> None:
        self.storage, self.jobs = storage, storage.jobs
        self.clock, self.ids = clock, ids

    async def enqueue(
        self,
        subject: UUID,
        kind: JobKind = JobKind.VIDEO_METADATA,
        wait: timedelta = timedelta(0),
    ) -> Job:
        now = self.clock.now()
        job = Job(
            id=JobId(self.ids.new()),
            kind=kind,
            subject=subject,
            run_at=now + wait,
            created_at=now,
            origin=ORIGIN,
        )
        work = self.storage.begin("tests.enqueue", ORIGIN)
        self.jobs.enqueue(work, job)
        await work.commit()
        return job

    async def claim(self) -> Job:
        job = await self.jobs.claim(self.clock.now(), LEASE)
        assert job is not None
        return job

    async def claims_nothing(self) -> bool:
        return await self.jobs.claim(self.clock.now(), LEASE) is None

    async def done(self, job: Job) -> None:
        work = self.storage.begin("tests.done", ORIGIN)
        self.jobs.done(work, job)
        await work.commit()

    async def again(self, job: Job, wait: timedelta, error: str, *, failed: bool = True) -> None:
        work = self.storage.begin("tests.again", ORIGIN)
        self.jobs.again(work, job, self.clock.now() + wait, error, failed=failed)
        await work.commit()

    async def failed(self, job: Job, error: str) -> None:
        work = self.storage.begin("tests.failed", ORIGIN)
        self.jobs.failed(work, job, error)
        await work.commit()

    async def hold(self, job: Job) -> None:
        work = self.storage.begin("tests.hold", ORIGIN)
        self.jobs.hold(work, job)
        await work.commit()

    async def drop(self, subject: UUID) -> None:
        work = self.storage.begin("tests.drop", ORIGIN)
        self.jobs.drop(work, subject)
        await work.commit()

    async def only(self, subject: UUID) -> Job:
        (job,) = await self.jobs.for_subject(subject)
        return job


@pytest.fixture
def desk(storage: Storage, clock: ManualClock, ids: CountingIds) -> Desk:
    return Desk(storage, clock, ids)


@pytest.fixture
def video(ids: CountingIds) -> UUID:
    return ids.new()


async def test_a_job_comes_back_as_it_was_enqueued(desk: Desk, video: UUID) -> None:
    job = await desk.enqueue(video)
    assert await desk.only(video) == job


async def test_a_claimed_job_runs_with_a_lease_and_one_attempt_more(desk: Desk, video: UUID) -> None:
    job = await desk.enqueue(video)
    claimed = await desk.claim()
    assert claimed.id == job.id
    assert (claimed.state, claimed.attempts, claimed.epoch) == (JobState.RUNNING, 1, 1)
    assert claimed.lease_until == desk.clock.now() + LEASE
    assert await desk.only(video) == claimed
    assert await desk.claims_nothing()


async def test_nothing_is_claimed_before_it_is_due(desk: Desk, video: UUID) -> None:
    job = await desk.enqueue(video, wait=SECOND)
    assert await desk.claims_nothing()
    assert await desk.jobs.next_due() == job.run_at
    desk.clock.advance(SECOND)
    assert (await desk.claim()).id == job.id


async def test_the_job_that_is_due_longest_comes_first(desk: Desk) -> None:
    late = await desk.enqueue(desk.ids.new(), wait=2 * SECOND)
    early = await desk.enqueue(desk.ids.new(), wait=SECOND)
    desk.clock.advance(3 * SECOND)
    assert [(await desk.claim()).id, (await desk.claim()).id] == [early.id, late.id]


async def test_many_workers_never_claim_one_job_twice(desk: Desk) -> None:
    jobs = {(await desk.enqueue(desk.ids.new())).id for _ in range(20)}
    claims = await asyncio.gather(*(desk.jobs.claim(desk.clock.now(), LEASE) for _ in range(40)))
    claimed = [claim.id for claim in claims if claim is not None]
    assert len(claimed) == 20
    assert set(claimed) == jobs


async def test_one_live_job_for_each_kind_and_subject(desk: Desk, video: UUID) -> None:
    first = await desk.enqueue(video)
    await desk.enqueue(video)
    other = await desk.enqueue(video, JobKind.VIDEO_PUBLISH, wait=SECOND)
    assert [job.id for job in await desk.jobs.for_subject(video)] == [first.id, other.id]
    running = await desk.claim()
    await desk.enqueue(video)
    assert len(await desk.jobs.for_subject(video)) == 2
    await desk.done(running)
    desk.clock.advance(SECOND)
    await desk.enqueue(video)
    assert [job.state for job in await desk.jobs.for_subject(video)] == [
        JobState.DONE,
        JobState.QUEUED,
        JobState.QUEUED,
    ]


async def test_a_job_that_is_done_is_never_claimed_again(desk: Desk, video: UUID) -> None:
    await desk.enqueue(video)
    await desk.done(await desk.claim())
    desk.clock.advance(2 * LEASE)
    assert await desk.claims_nothing()
    assert await desk.jobs.next_due() is None
    assert (await desk.only(video)).state is JobState.DONE


async def test_a_job_put_back_waits_for_its_time_and_remembers_why(desk: Desk, video: UUID) -> None:
    await desk.enqueue(video)
    await desk.again(await desk.claim(), SECOND, "YouTube did not answer")
    waiting = await desk.only(video)
    assert (waiting.state, waiting.attempts, waiting.last_error) == (
        JobState.QUEUED,
        1,
        "YouTube did not answer",
    )
    assert await desk.claims_nothing()
    desk.clock.advance(SECOND)
    claimed = await desk.claim()
    assert (claimed.attempts, claimed.epoch) == (2, 2)


async def test_a_job_that_failed_for_good_says_why(desk: Desk, video: UUID) -> None:
    await desk.enqueue(video)
    await desk.failed(await desk.claim(), "no such video")
    failed = await desk.only(video)
    assert (failed.state, failed.last_error) == (JobState.FAILED, "no such video")
    desk.clock.advance(2 * LEASE)
    assert await desk.claims_nothing()


async def test_a_worker_that_dies_is_followed_by_another(desk: Desk, video: UUID) -> None:
    await desk.enqueue(video)
    first = await desk.claim()
    assert await desk.jobs.next_due() == first.lease_until
    desk.clock.advance(LEASE)
    second = await desk.claim()
    assert (second.id, second.attempts, second.epoch) == (first.id, 2, 2)


async def test_a_job_whose_worker_died_takes_its_turn_by_the_end_of_its_lease(desk: Desk) -> None:
    dying = await desk.enqueue(desk.ids.new())
    await desk.claim()
    after = await desk.enqueue(desk.ids.new(), wait=2 * LEASE)
    before = await desk.enqueue(desk.ids.new(), wait=LEASE / 2)
    desk.clock.advance(3 * LEASE)
    assert [(await desk.claim()).id for _ in range(3)] == [before.id, dying.id, after.id]


async def test_a_worker_that_was_only_asleep_cannot_write_over_its_successor(desk: Desk, video: UUID) -> None:
    await desk.enqueue(video)
    asleep = await desk.claim()
    desk.clock.advance(LEASE)
    successor = await desk.claim()
    with pytest.raises(LeaseLost):
        await desk.done(asleep)
    with pytest.raises(LeaseLost):
        await desk.again(asleep, SECOND, "late")
    with pytest.raises(LeaseLost):
        await desk.failed(asleep, "late")
    with pytest.raises(LeaseLost):
        await desk.hold(asleep)
    with pytest.raises(LeaseLost):
        await desk.jobs.heartbeat(asleep, desk.clock.now() + LEASE)
    await desk.hold(successor)
    assert await desk.only(video) == successor
    await desk.done(successor)
    with pytest.raises(LeaseLost):
        await desk.done(successor)


async def test_only_tries_that_ended_with_an_error_count_as_failures(desk: Desk, video: UUID) -> None:
    await desk.enqueue(video)
    await desk.again(await desk.claim(), timedelta(0), "No answer.")
    await desk.claim()  # by one that dies
    desk.clock.advance(LEASE)
    claimed = await desk.claim()
    assert (claimed.attempts, claimed.failures, claimed.last_error) == (3, 1, "No answer.")
    assert await desk.only(video) == claimed


async def test_a_job_that_is_put_back_for_no_fault_of_its_own_has_no_failure_more(
    desk: Desk, video: UUID
) -> None:
    await desk.enqueue(video)
    await desk.again(await desk.claim(), SECOND, "The object store does not answer.", failed=False)
    waiting = await desk.only(video)
    assert (waiting.state, waiting.attempts, waiting.failures) == (JobState.QUEUED, 1, 0)
    assert waiting.last_error == "The object store does not answer."
    assert await desk.claims_nothing()
    desk.clock.advance(SECOND)
    assert (await desk.claim()).attempts == 2


async def test_a_sign_of_life_says_how_much_is_done_and_another_try_begins_anew(
    desk: Desk, video: UUID
) -> None:
    await desk.enqueue(video)
    job = await desk.claim()
    assert (job.begun_at, job.part) == (desk.clock.now(), 0.0)
    await desk.jobs.heartbeat(job, desk.clock.now() + LEASE, 0.25)
    (seen,) = await desk.jobs.for_subject(video)
    assert (seen.begun_at, seen.part, seen.part_at) == (job.begun_at, 0.25, desk.clock.now())

    desk.clock.advance(2 * LEASE)
    again = await desk.claim()

    assert (again.begun_at, again.part, again.part_at) == (desk.clock.now(), 0.0, None)


async def test_a_heartbeat_keeps_others_away(desk: Desk, video: UUID) -> None:
    await desk.enqueue(video)
    job = await desk.claim()
    desk.clock.advance(LEASE - SECOND)
    await desk.jobs.heartbeat(job, desk.clock.now() + LEASE)
    desk.clock.advance(2 * SECOND)
    assert await desk.claims_nothing()
    await desk.done(job)


async def test_dropping_cancels_what_waits_and_leaves_what_runs(desk: Desk, video: UUID) -> None:
    await desk.enqueue(video)
    running = await desk.claim()
    await desk.enqueue(video, JobKind.VIDEO_PUBLISH)
    kept = await desk.enqueue(desk.ids.new())
    await desk.drop(video)
    assert await desk.only(video) == running
    assert (await desk.claim()).id == kept.id


async def test_purging_drops_old_finished_jobs_alone(desk: Desk, video: UUID, backend: str) -> None:
    await desk.enqueue(video)
    await desk.done(await desk.claim())
    waiting = await desk.enqueue(video, wait=LEASE)
    assert await desk.jobs.purge(desk.clock.now()) == 0
    purged = await desk.jobs.purge(desk.clock.now() + SECOND)
    if backend == CASSANDRA:  # What has ended expires by itself there.
        assert (purged, len(await desk.jobs.for_subject(video))) == (0, 2)
    else:
        assert purged == 1
        assert await desk.only(video) == waiting
