"""The job queue on Cassandra: partitions that stay behind, workers that stop in between, round trips."""

from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.jobs import due as due_jobs
from killrvideo.adapters.cassandra.jobs.due import ADD_DUE, MARK, Due
from killrvideo.adapters.cassandra.jobs.jobs import CassandraJobQueue
from killrvideo.adapters.cassandra.jobs.rows import has_live_job
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.units.marks import Marks
from killrvideo.adapters.cassandra.units.repair import MARK as REPAIRED
from killrvideo.domain.jobs import Job, JobKind, JobState
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession, SharedStorage
from tests.builders.keeping import ORIGIN
from tests.holding_still import CountingIds, ManualClock

LEASE = timedelta(seconds=30)
PUBLISH = JobKind.VIDEO_PUBLISH


@pytest.fixture
def queue(storage: CassandraStorage) -> CassandraJobQueue:
    return storage.jobs


@pytest.fixture
def job(clock: ManualClock, ids: CountingIds) -> Job:
    return Job.new(ids.new(), PUBLISH, ids.new(), clock.now(), ORIGIN)


async def enqueue(storage: CassandraStorage, *jobs: Job) -> None:
    work = storage.begin("tests.enqueue", ORIGIN)
    for job in jobs:
        storage.jobs.enqueue(work, job)
    await work.commit()


async def claim(queue: CassandraJobQueue, clock: ManualClock) -> Job:
    claimed = await queue.claim(clock.now(), LEASE)
    assert claimed is not None
    return claimed


async def end(storage: CassandraStorage, job: Job) -> None:
    work = storage.begin("tests.done", ORIGIN)
    storage.jobs.done(work, job)
    await work.commit()


async def set_mark(session: EmptiedSession, name: str, value: int) -> None:
    marks = Marks(session)
    assert await marks.move(name, await marks.get(name, value), value)


async def stand_in(session: EmptiedSession, job: Job, bucket: int, kind: str = PUBLISH) -> None:
    """A row of the queue in an old bucket."""
    due = Due(id=job.id, bucket=bucket, due_at=job.run_at, kind=kind, subject=job.subject)
    await session.write(ADD_DUE, {**due.row, "stamp": 1})


@pytest.mark.parametrize("point", ["collected", "statement-1", "applied", "committed"])
async def test_a_worker_that_dies_while_it_claims_is_followed_by_another(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, job: Job, point: str
) -> None:
    await enqueue(storage, job)
    dying = SharedStorage(session, clock, CountingIds(), failpoints=DiesAt(f"job.claim:{point}"))
    with pytest.raises(Crash):
        await dying.jobs.claim(clock.now(), LEASE)
    await storage._on.repair.run(lambda _intent: True)

    if point != "collected":
        assert await storage.jobs.claim(clock.now(), LEASE) is None
        clock.advance(LEASE)
    claimed = await claim(storage.jobs, clock)
    assert (claimed.id, claimed.attempts) == (job.id, 1 if point == "collected" else 2)


@pytest.mark.parametrize("point", ["collected", "statement-1", "applied", "committed"])
async def test_a_job_whose_worker_dies_while_it_ends_is_done_once(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, job: Job, point: str
) -> None:
    await enqueue(storage, job)
    claimed = await claim(storage.jobs, clock)
    dying = SharedStorage(session, clock, CountingIds(), failpoints=DiesAt(f"tests.done:{point}"))
    with pytest.raises(Crash):
        await end(dying, claimed)
    await storage._on.repair.run(lambda _intent: True)

    clock.advance(LEASE)
    again = await storage.jobs.claim(clock.now(), LEASE)
    assert (again is None) is (point != "collected")
    if again is not None:
        await end(storage, again)
    assert [one.state for one in await storage.jobs.for_subject(job.subject)] == [JobState.DONE]
    assert await storage.jobs.next_due() is None


async def test_an_enqueued_job_that_crosses_the_end_of_the_last_one_is_not_lost(
    storage: CassandraStorage, clock: ManualClock, ids: CountingIds, job: Job
) -> None:
    await enqueue(storage, job)
    claimed = await claim(storage.jobs, clock)
    successor = Job.new(ids.new(), PUBLISH, job.subject, clock.now(), ORIGIN)

    # One unit ends the one and brings the next.
    work = storage.begin("tests.next", ORIGIN)
    storage.jobs.done(work, claimed)
    storage.jobs.enqueue(work, successor)
    await work.commit()

    assert (await claim(storage.jobs, clock)).id == successor.id


async def test_what_has_ended_expires_by_itself(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, job: Job
) -> None:
    await enqueue(storage, job)
    ttl = "SELECT ttl(state) AS seconds FROM jobs WHERE subject = :subject"
    [row] = await session.rows(ttl, {"subject": job.subject})
    assert row["seconds"] is None

    await end(storage, await claim(storage.jobs, clock))

    [row] = await session.rows(ttl, {"subject": job.subject})
    assert 29 < row["seconds"] / 86_400 <= 30


async def test_a_thing_whose_jobs_are_all_forgotten_can_have_another(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds, job: Job
) -> None:
    await enqueue(storage, job)
    await end(storage, await claim(storage.jobs, clock))
    place = {"subject": job.subject, "created_at": job.created_at, "id": job.id}
    forget = "DELETE FROM jobs WHERE subject = :subject AND created_at = :created_at AND id = :id"
    await session.write(forget, place)
    assert await storage.jobs.for_subject(job.subject) == []

    following = Job.new(ids.new(), PUBLISH, job.subject, clock.now(), ORIGIN)
    await enqueue(storage, following)

    assert (await claim(storage.jobs, clock)).id == following.id


async def test_only_a_live_job_is_one(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, job: Job
) -> None:
    assert not await has_live_job(session, job.subject)
    await enqueue(storage, job)
    assert await has_live_job(session, job.subject)
    claimed = await claim(storage.jobs, clock)
    assert await has_live_job(session, job.subject)
    await end(storage, claimed)
    assert not await has_live_job(session, job.subject)


async def test_reading_the_queue_takes_one_round_trip(
    storage: CassandraStorage, queue: CassandraJobQueue, clock: ManualClock, job: Job
) -> None:
    await enqueue(storage, job)
    await queue.next_due()
    for read in (queue.next_due(), queue.for_subject(job.subject), queue.claim(clock.now() - LEASE, LEASE)):
        with counted() as trips:
            await read
        assert trips.sequential == 1


async def test_a_queue_that_nobody_read_for_long_is_read_from_where_it_was_left(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, job: Job
) -> None:
    now = await storage.jobs._due.mark()
    await enqueue(storage, job)
    left = now - 50
    await set_mark(session, MARK, left)
    await set_mark(session, REPAIRED, now * due_jobs.MINUTES)

    reader = SharedStorage(session, clock, CountingIds()).jobs
    assert (await claim(reader, clock)).id == job.id

    # Nobody reads the empty stretches again.
    assert await Marks(session).get(MARK, 0) > left + 40


HEAVY = frozenset({JobKind.VIDEO_TRANSCODE})


async def test_jobs_that_are_left_to_others_hold_nobody_up(
    storage: CassandraStorage,
    session: EmptiedSession,
    clock: ManualClock,
    ids: CountingIds,
    job: Job,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present = due_jobs._bucket_now()
    monkeypatch.setattr(due_jobs, "_bucket_now", lambda: present)
    now = await storage.jobs._due.mark()
    left = now - 50
    await set_mark(session, MARK, left)
    await set_mark(session, REPAIRED, now * due_jobs.MINUTES)
    heavy = Job.new(ids.new(), JobKind.VIDEO_TRANSCODE, ids.new(), clock.now(), ORIGIN)
    await stand_in(session, heavy, left, kind=heavy.kind)
    reader = SharedStorage(session, clock, CountingIds()).jobs
    assert await reader.claim(clock.now(), LEASE, HEAVY) is None

    with counted() as trips:
        assert await reader.claim(clock.now(), LEASE, HEAVY) is None
    assert trips.sequential == 1

    # What comes meanwhile is found, and so is what was left by whoever takes it.
    await enqueue(storage, job)
    claimed = await reader.claim(clock.now(), LEASE, HEAVY)
    assert claimed is not None
    assert claimed.id == job.id
    assert [due.id for due in await reader._due.until(clock.now())] == [heavy.id]

    # Once in a while all is read anew, so that the mark that all share comes further too.
    monkeypatch.setattr(due_jobs, "_bucket_now", lambda: present + 1)
    with counted() as trips:
        await reader._due.until(clock.now(), HEAVY)
    assert trips.sequential > 5
    await set_mark(session, MARK, now)


async def test_the_mark_waits_for_what_a_crash_may_have_left(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, job: Job
) -> None:
    now = await storage.jobs._due.mark()
    left = now - 50
    await set_mark(session, MARK, left)
    await set_mark(session, REPAIRED, (left + 10) * due_jobs.MINUTES)

    reader = SharedStorage(session, clock, CountingIds()).jobs
    assert await reader.claim(clock.now(), LEASE) is None

    assert left < await Marks(session).get(MARK, 0) < left + 10
    await set_mark(session, REPAIRED, now * due_jobs.MINUTES)


async def test_a_row_that_does_not_fit_its_job_goes_and_one_of_an_unknown_kind_stays(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds, job: Job
) -> None:
    now = await storage.jobs._due.mark()
    left = now - 20
    await set_mark(session, MARK, left)
    await set_mark(session, REPAIRED, now * due_jobs.MINUTES)
    unknown = Job.new(ids.new(), PUBLISH, ids.new(), clock.now(), ORIGIN)
    await stand_in(session, job, left)
    await stand_in(session, unknown, left + 1, kind="video.dream_of")
    await enqueue(storage, following := Job.new(ids.new(), PUBLISH, ids.new(), clock.now(), ORIGIN))

    reader = SharedStorage(session, clock, CountingIds()).jobs
    assert await reader.claim(clock.now(), LEASE) is None
    assert (await claim(reader, clock)).id == following.id

    rows = await session.all_rows("SELECT id FROM due_jobs")
    assert {row["id"] for row in rows} == {unknown.id, following.id}
    await set_mark(session, MARK, now)


async def test_many_rows_of_unknown_kinds_hide_no_other(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds, job: Job
) -> None:
    await enqueue(storage, job)
    [row] = await session.all_rows("SELECT bucket FROM due_jobs")
    early = clock.now() - LEASE
    for number in range(due_jobs.FEW * 2 + 1):
        # In the same lane.
        other = Job.new(
            UUID(int=job.id.int + due_jobs.LANES * (number + 1)), PUBLISH, ids.new(), early, ORIGIN
        )
        await stand_in(session, other, row["bucket"], kind="video.dream_of")

    assert (await claim(storage.jobs, clock)).id == job.id


async def test_a_sign_of_life_moves_the_job_in_the_queue(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, job: Job
) -> None:
    await enqueue(storage, job)
    claimed = await claim(storage.jobs, clock)
    await storage.jobs.heartbeat(claimed, clock.now() + 2 * LEASE)

    assert await storage.jobs.next_due() == clock.now() + 2 * LEASE
    assert len(await session.all_rows("SELECT id FROM due_jobs")) == 1


async def test_a_unit_of_work_asks_anew_when_the_job_was_changed_in_between(
    storage: CassandraStorage, clock: ManualClock, job: Job
) -> None:
    await enqueue(storage, job)
    claimed = await claim(storage.jobs, clock)
    beats = [storage.jobs.heartbeat(claimed, clock.now() + 2 * LEASE)]
    work = storage.begin("tests.done", ORIGIN)
    storage.jobs.done(work, claimed)

    async def meanwhile(_plan: object) -> None:
        while beats:
            await beats.pop()

    work.plan(meanwhile)
    await work.commit()

    assert [one.state for one in await storage.jobs.for_subject(job.subject)] == [JobState.DONE]
