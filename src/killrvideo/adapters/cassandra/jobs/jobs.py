"""The job queue on Cassandra: a guard decides who holds a job, and its epoch tells one try from another.

Leases compare the instant that a worker passes in with the one that another has stored: the clocks of all
machines must agree within a second or two.
"""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from killrvideo.adapters.cassandra.jobs.due import Due, DueJobs
from killrvideo.adapters.cassandra.jobs.rows import SubjectJobs, jobs_of, planned_jobs
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation, planned
from killrvideo.domain.errors import LeaseLost
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import JobId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.service_interfaces.failpoints import JOB_CLAIMED
from killrvideo.service_interfaces.units import UnitOfWork

CLAIMING = Origin(correlation_id="job.claim")

Change = Callable[[Job], Job]


class Taken(Exception):
    """Another worker was faster."""


class Misplaced(Exception):
    """The row of the queue does not fit its job."""


class CassandraJobQueue:
    def __init__(self, on: Foundation) -> None:
        self._on = on
        self._session = on.session
        self._due = DueJobs(on.session)

    async def claim(self, now: datetime, lease: timedelta, but: Collection[JobKind] = ()) -> Job | None:
        for due in _in_turn(await self._due.until(now, but)):
            try:
                job = await self._take(due, now, now + lease)
            except Taken:
                continue
            except Misplaced:
                await self._due.forget(due)
                continue
            self._on.failpoints.reach(JOB_CLAIMED)
            return job
        return None

    async def heartbeat(self, job: Job, until: datetime, part: float = 0.0) -> None:
        work, now = CassandraUnitOfWork(self._on, "job.heartbeat", job.origin), self._on.clock.now()
        self._change(work, job, lambda present: replace(present, lease_until=until, part=part, part_at=now))
        await work.commit()

    async def next_due(self, but: Collection[JobKind] = ()) -> datetime | None:
        return await self._due.next(but)

    async def for_subject(self, subject: UUID) -> Sequence[Job]:
        return (await jobs_of(self._session, subject)).jobs()

    def enqueue(self, work: UnitOfWork, job: Job) -> None:
        async def plan(plan: Plan) -> None:
            await self._due.mark()
            stored = await self._planned(plan, job.subject)
            if stored.live(job.kind) is None:
                stored.advance(plan, job.kind)
                stored.put(plan, job)

        planned(work).plan(plan)

    async def plan_at_once(self, plan: Plan, job: Job) -> None:
        """As `enqueue`, but one that waits for later is brought forward."""
        await self._due.mark()
        stored = await self._planned(plan, job.subject)
        live = stored.live(job.kind)
        if live is None:
            stored.advance(plan, job.kind)
            stored.put(plan, job)
        elif live.state is JobState.QUEUED and live.run_at > job.run_at:
            stored.advance(plan, job.kind)
            stored.put(plan, replace(live, run_at=job.run_at))

    def hold(self, work: UnitOfWork, job: Job) -> None:
        self._change(work, job, lambda present: present)

    def done(self, work: UnitOfWork, job: Job) -> None:
        self._change(work, job, lambda present: replace(present, state=JobState.DONE, lease_until=None))

    def again(self, work: UnitOfWork, job: Job, at: datetime, error: str, *, failed: bool = True) -> None:
        def put_back(present: Job) -> Job:
            queued = replace(present, state=JobState.QUEUED, run_at=at, lease_until=None)
            return replace(queued, failures=present.failures + failed, last_error=error)

        self._change(work, job, put_back)

    def failed(self, work: UnitOfWork, job: Job, error: str) -> None:
        def given_up(present: Job) -> Job:
            return replace(present, state=JobState.FAILED, last_error=error, lease_until=None)

        self._change(work, job, given_up)

    def drop(self, work: UnitOfWork, subject: UUID) -> None:
        async def plan(plan: Plan) -> None:
            stored = await self._planned(plan, subject)
            for row in [row for row in stored.rows if row["state"] == JobState.QUEUED]:
                stored.advance(plan, row["kind"])
                stored.drop(plan, row)

        planned(work).plan(plan)

    async def purge(self, before: datetime) -> int:  # noqa: ARG002
        """Nothing: what has ended expires by itself."""
        return 0

    async def _take(self, due: Due, now: datetime, until: datetime) -> Job:
        """Raises Taken, Misplaced."""
        claimed: list[Job] = []

        async def plan(plan: Plan) -> None:
            stored = await self._planned(plan, due.subject)
            job = stored.get(JobId(due.id))
            if job is None or stored.due.get(job.id) != due:
                raise Misplaced
            stored.advance(plan, job.kind, Taken)
            running = replace(
                job, state=JobState.RUNNING, lease_until=until, begun_at=now, part=0.0, part_at=None
            )
            claimed[:] = [replace(running, attempts=job.attempts + 1, epoch=job.epoch + 1)]
            stored.put(plan, claimed[0])

        work = CassandraUnitOfWork(self._on, "job.claim", CLAIMING)
        work.plan(plan)
        await work.commit()
        return claimed[0]

    def _change(self, work: UnitOfWork, job: Job, change: Change) -> None:
        """Plans what becomes of a job that is still held; commit raises LeaseLost if it is not."""

        async def plan(plan: Plan) -> None:
            stored = await self._planned(plan, job.subject)
            present = stored.get(job.id)
            if present is None or present.state is not JobState.RUNNING or present.epoch != job.epoch:
                raise _lost(job)
            # A heartbeat or an `enqueue` may come in between: then all is planned again.
            stored.advance(plan, job.kind)
            stored.put(plan, change(present))

        planned(work).plan(plan)

    async def _planned(self, plan: Plan, subject: UUID) -> SubjectJobs:
        return await planned_jobs(self._session, plan, subject)


def _in_turn(due: list[Due]) -> list[Due]:
    """What is due longest, then the others in any order: whoever loses the first one to another worker
    does not meet the same one again.
    """
    return due[:1] + random.sample(due[1:], len(due[1:]))


def _lost(job: Job) -> LeaseLost:
    return LeaseLost(f"The lease of job {job.id} ({job.kind}) is no longer held with epoch {job.epoch}.")
