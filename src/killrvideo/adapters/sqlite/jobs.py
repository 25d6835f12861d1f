"""The job queue: a table whose rows are held on lease."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import apsw
import orjson

from killrvideo.adapters.event_bodies import origin_text, read_origin
from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.errors import LeaseLost
from killrvideo.domain.ids import JobId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.failpoints import JOB_CLAIMED
from killrvideo.service_interfaces.units import UnitOfWork

# Kinds that a newer version of the code has added are left to it.
KNOWN_KINDS = orjson.dumps(list(JobKind)).decode()

NEXT_DUE = """
SELECT min(due) FROM (
  SELECT min(run_at) AS due FROM jobs
  WHERE state = 'queued' AND kind IN (SELECT value FROM json_each(?1))
  UNION ALL
  SELECT min(lease_until) FROM jobs
  WHERE state = 'running' AND kind IN (SELECT value FROM json_each(?1))
)
"""
CLAIM = """
UPDATE jobs SET state = 'running', attempts = attempts + 1, epoch = epoch + 1,
  lease_until = ?3, begun_at = ?2, part = 0, part_at = NULL
WHERE id = (
  SELECT id FROM (
    SELECT * FROM (
      SELECT id, run_at AS due FROM jobs
      WHERE state = 'queued' AND run_at <= ?2 AND kind IN (SELECT value FROM json_each(?1))
      ORDER BY run_at, id LIMIT 1)
    UNION ALL
    SELECT * FROM (
      SELECT id, lease_until AS due FROM jobs
      WHERE state = 'running' AND lease_until <= ?2 AND kind IN (SELECT value FROM json_each(?1))
      ORDER BY lease_until, id LIMIT 1)
  ) ORDER BY due, id LIMIT 1
)
RETURNING id, kind, subject, state, run_at, attempts, failures, epoch, lease_until, last_error, created_at,
  origin, begun_at, part, part_at
"""
HEARTBEAT = (
    "UPDATE jobs SET lease_until = ?, part = ?, part_at = ? WHERE id = ? AND epoch = ? AND state = 'running'"
)
OF_SUBJECT = """
SELECT id, kind, subject, state, run_at, attempts, failures, epoch, lease_until, last_error, created_at,
  origin, begun_at, part, part_at
FROM jobs WHERE subject = ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY created_at, id
"""
ENQUEUE = """
INSERT INTO jobs
  (id, kind, subject, state, run_at, attempts, failures, epoch, last_error, created_at, origin)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, subject) WHERE state IN ('queued', 'running') DO NOTHING
"""
FINISH = """
UPDATE jobs SET state = ?1, last_error = coalesce(?2, last_error), finished_at = ?3, lease_until = NULL
WHERE id = ?4 AND epoch = ?5 AND state = 'running'
"""
AGAIN = """
UPDATE jobs SET state = 'queued', run_at = ?, failures = failures + ?, last_error = ?, lease_until = NULL
WHERE id = ? AND epoch = ? AND state = 'running'
"""
HOLD = "UPDATE jobs SET epoch = epoch WHERE id = ? AND epoch = ? AND state = 'running'"
DROP = "DELETE FROM jobs WHERE subject = ? AND state = 'queued'"
PURGE = "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished_at < ? LIMIT ?)"


class SqliteJobQueue:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, now: datetime, lease: timedelta, but: Collection[JobKind] = ()) -> Job | None:
        due = await self.next_due(but)
        if due is None or due > now:  # Looking costs no write.
            return None
        params = (_kinds(but), to_millis(now), to_millis(now + lease))

        def change(connection: apsw.Connection) -> Row | None:
            return next(iter(connection.execute(CLAIM, params).fetchall()), None)

        row = await self._database.write(change, name="job.claim")
        if row is None:
            return None
        self._database.failpoints.reach(JOB_CLAIMED)
        return _job(row)

    async def heartbeat(self, job: Job, until: datetime, part: float = 0.0) -> None:
        def change(connection: apsw.Connection) -> None:
            connection.execute(
                HEARTBEAT, (to_millis(until), part, to_millis(self._clock.now()), job.id.bytes, job.epoch)
            )
            if not connection.changes():
                raise _lost(job)

        await self._database.write(change, name="job.heartbeat")

    async def next_due(self, but: Collection[JobKind] = ()) -> datetime | None:
        row = self._database.row(NEXT_DUE, (_kinds(but),))
        return None if row is None or row[0] is None else from_millis(row[0])

    async def for_subject(self, subject: UUID) -> Sequence[Job]:
        return [_job(row) for row in self._database.rows(OF_SUBJECT, (subject.bytes, KNOWN_KINDS))]

    def enqueue(self, work: UnitOfWork, job: Job) -> None:
        row = (
            job.id.bytes,
            job.kind,
            job.subject.bytes,
            job.state,
            to_millis(job.run_at),
            job.attempts,
            job.failures,
            job.epoch,
            job.last_error,
            to_millis(job.created_at),
            origin_text(job.origin),
        )
        statements(work).run(ENQUEUE, row)

    def hold(self, work: UnitOfWork, job: Job) -> None:
        statements(work).run(HOLD, (job.id.bytes, job.epoch), unless_changed=lambda: _lost(job))

    def done(self, work: UnitOfWork, job: Job) -> None:
        self._finish(work, job, JobState.DONE, None)

    def failed(self, work: UnitOfWork, job: Job, error: str) -> None:
        self._finish(work, job, JobState.FAILED, error)

    def again(self, work: UnitOfWork, job: Job, at: datetime, error: str, *, failed: bool = True) -> None:
        params = (to_millis(at), int(failed), error, job.id.bytes, job.epoch)
        statements(work).run(AGAIN, params, unless_changed=lambda: _lost(job))

    def drop(self, work: UnitOfWork, subject: UUID) -> None:
        statements(work).run(DROP, (subject.bytes,))

    async def purge(self, before: datetime) -> int:
        return await pieces.drop(self._database, PURGE, (to_millis(before),), name="job.purge")

    def _finish(self, work: UnitOfWork, job: Job, state: JobState, error: str | None) -> None:
        params = (state, error, to_millis(self._clock.now()), job.id.bytes, job.epoch)
        statements(work).run(FINISH, params, unless_changed=lambda: _lost(job))


def _lost(job: Job) -> LeaseLost:
    return LeaseLost(f"The lease of job {job.id} ({job.kind}) is no longer held with epoch {job.epoch}.")


def _job(row: Row) -> Job:
    job_id, kind, subject, state, run_at, attempts, failures, epoch, *rest = row
    lease_until, last_error, created_at, origin, begun_at, part, part_at = rest
    return Job(
        id=JobId(UUID(bytes=job_id)),
        kind=JobKind(kind),
        subject=UUID(bytes=subject),
        state=JobState(state),
        run_at=from_millis(run_at),
        attempts=attempts,
        failures=failures,
        epoch=epoch,
        lease_until=None if lease_until is None else from_millis(lease_until),
        last_error=last_error,
        created_at=from_millis(created_at),
        origin=read_origin(origin),
        begun_at=None if begun_at is None else from_millis(begun_at),
        part=part,
        part_at=None if part_at is None else from_millis(part_at),
    )


def _kinds(but: Collection[JobKind]) -> str:
    return orjson.dumps([kind for kind in JobKind if kind not in but]).decode() if but else KNOWN_KINDS
