"""Jobs as Cassandra keeps them: all of a thing in one partition, and the changes of it in one plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.jobs.due import ADD_DUE, DROP_DUE, KINDS, Due, bucket_for
from killrvideo.adapters.cassandra.units.plan import Plan, Refusing
from killrvideo.adapters.event_bodies import origin_text, read_origin
from killrvideo.domain.ids import JobId
from killrvideo.domain.jobs import Job, JobKind, JobState

ENDED_KEPT_FOR = 30 * 24 * 60 * 60
"""Seconds that a job is kept after its end: owners read in it why a step failed."""
LIVE = frozenset({JobState.QUEUED, JobState.RUNNING})

OF_SUBJECT = """
SELECT versions, kind, subject, id, state, run_at, attempts, failures, epoch, lease_until, last_error,
  created_at, origin, bucket, begun_at, part, part_at
FROM jobs WHERE subject = :subject
"""
STATES = "SELECT id, state FROM jobs WHERE subject = :subject"
PUT = """
INSERT INTO jobs (subject, created_at, id, kind, state, run_at, attempts, failures, epoch, lease_until,
  last_error, origin, bucket, begun_at, part, part_at)
VALUES (:subject, :created_at, :id, :kind, :state, :run_at, :attempts, :failures, :epoch, :lease_until,
  :last_error, :origin, :bucket, :begun_at, :part, :part_at)
USING TIMESTAMP :stamp AND TTL :seconds
"""
PUT_VERSION = """
UPDATE jobs USING TIMESTAMP :stamp SET versions[:kind] = :version WHERE subject = :subject
"""
DROP = """
DELETE FROM jobs USING TIMESTAMP :stamp WHERE subject = :subject AND created_at = :created_at AND id = :id
"""


def job_guard(kind: str, subject: UUID) -> str:
    """One for all jobs of a kind that a thing ever has: at most one of them is live."""
    return f"job:{kind}:{subject.hex}"


@dataclass(slots=True)
class SubjectJobs:
    """The jobs of one thing, as they are stored and as a plan leaves them."""

    subject: UUID
    versions: dict[str, int]
    rows: list[Row]
    due: dict[UUID, Due] = field(default_factory=dict)
    """The row in the queue that each live job has."""

    def jobs(self) -> list[Job]:
        """Those of known kinds, oldest first."""
        return [job_of(row) for row in self.rows if row["kind"] in KINDS]

    def get(self, job_id: UUID) -> Job | None:
        return next((job for job in self.jobs() if job.id == job_id), None)

    def live(self, kind: JobKind) -> Job | None:
        return next((job for job in self.jobs() if job.kind is kind and job.state in LIVE), None)

    def advance(self, plan: Plan, kind: str, refusing: Refusing | None = None) -> None:
        """Plans to pass the guard of this kind of job."""
        version = self.versions.get(kind, 0)
        plan.advance(job_guard(kind, self.subject), version, refusing)
        self.versions[kind] = version + 1
        plan.conclude(PUT_VERSION, {"subject": self.subject, "kind": kind, "version": version + 1})

    def put(self, plan: Plan, job: Job) -> None:
        """Plans to store a job, or what has become of it, with its place in the queue; behind `advance`."""
        due = _due_of(job, self.due.get(job.id))
        self._move(plan, job.id, due)
        row = _row(job, None if due is None else due.bucket)
        others = [found for found in self.rows if found["id"] != job.id]
        self.rows = sorted([*others, row], key=lambda found: (found["created_at"], found["id"].bytes))
        plan.conclude(PUT, {**row, "seconds": 0 if due else ENDED_KEPT_FOR})

    def drop(self, plan: Plan, row: Row) -> None:
        """Plans to forget a job; behind `advance`."""
        self._move(plan, row["id"], None)
        self.rows.remove(row)
        plan.conclude(DROP, {name: row[name] for name in ("subject", "created_at", "id")})

    def _move(self, plan: Plan, job_id: UUID, due: Due | None) -> None:
        before = self.due.pop(job_id, None)
        if before is not None and before != due:
            plan.write(DROP_DUE, before.key)
        if due is not None:
            plan.write(ADD_DUE, due.row)
            self.due[job_id] = due


async def jobs_of(session: CassandraSession, subject: UUID) -> SubjectJobs:
    """One round trip."""
    return _subject_jobs(subject, await session.all_rows(OF_SUBJECT, {"subject": subject}))


async def planned_jobs(session: CassandraSession, plan: Plan, subject: UUID) -> SubjectJobs:
    """As the plan leaves them so far."""
    key = f"jobs:{subject.hex}"
    known = plan.known.get(key)
    if isinstance(known, SubjectJobs):
        return known
    plan.known[key] = found = await jobs_of(session, subject)
    return found


async def has_live_job(session: CassandraSession, subject: UUID) -> bool:
    """Whether a job of any kind is at work on the thing or waits for it; one round trip."""
    return any(row["state"] in LIVE for row in await session.all_rows(STATES, {"subject": subject}))


def job_of(row: Row) -> Job:
    return Job(
        id=JobId(row["id"]),
        kind=JobKind(row["kind"]),
        subject=row["subject"],
        state=JobState(row["state"]),
        run_at=row["run_at"],
        attempts=row["attempts"],
        failures=row["failures"],
        epoch=row["epoch"],
        lease_until=row["lease_until"],
        last_error=row["last_error"],
        created_at=row["created_at"],
        origin=read_origin(row["origin"]),
        begun_at=row["begun_at"],
        part=row["part"] or 0.0,
        part_at=row["part_at"],
    )


def _subject_jobs(subject: UUID, found: Sequence[Row]) -> SubjectJobs:
    versions = dict(found[0]["versions"] or {}) if found else {}
    # Without a job there is still a row: that of what all share.
    rows = [_read(row) for row in found if row["id"] is not None]
    due = {row["id"]: _stored_due(row) for row in rows if row["state"] in LIVE}
    return SubjectJobs(subject, versions, rows, due)


def _read(row: Row) -> Row:
    instants = {
        name: aware(row[name]) for name in ("created_at", "run_at", "lease_until", "begun_at", "part_at")
    }
    return {name: value for name, value in (row | instants).items() if name != "versions"}


def _row(job: Job, bucket: int | None) -> Row:
    return {
        "subject": job.subject,
        "created_at": job.created_at,
        "id": job.id,
        "kind": job.kind.value,
        "state": job.state.value,
        "run_at": job.run_at,
        "attempts": job.attempts,
        "failures": job.failures,
        "epoch": job.epoch,
        "lease_until": job.lease_until,
        "last_error": job.last_error,
        "origin": origin_text(job.origin),
        "bucket": bucket,
        "begun_at": job.begun_at,
        "part": job.part,
        "part_at": job.part_at,
    }


def _due_of(job: Job, before: Due | None) -> Due | None:
    """Its place in the queue, which stays if the instant does; None once it has ended."""
    due = job.run_at if job.state is JobState.QUEUED else job.lease_until
    if due is None or job.state not in LIVE:
        return None
    if before is not None and before.due_at == due:
        return before
    return Due(id=job.id, bucket=bucket_for(due), due_at=due, kind=job.kind.value, subject=job.subject)


def _stored_due(row: Row) -> Due:
    at = row["run_at"] if row["state"] == JobState.QUEUED else row["lease_until"]
    return Due(id=row["id"], bucket=row["bucket"], due_at=at, kind=row["kind"], subject=row["subject"])
