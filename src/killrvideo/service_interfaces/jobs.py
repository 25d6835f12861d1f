"""The queue of durable work."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from killrvideo.domain.jobs import Job, JobKind
from killrvideo.service_interfaces.units import UnitOfWork


class JobQueue(Protocol):
    """At most one live (queued or running) job for each kind and subject."""

    async def claim(self, now: datetime, lease: timedelta, but: Collection[JobKind] = ()) -> Job | None:
        """Takes the job that is due longest, if any: RUNNING, one attempt and one epoch more, leased.

        Those of some kinds are left to others.

        A worker that another one was faster than may take a later one. A running job whose lease has run
        out is due again: whoever held it has died or sleeps. That compares instants of several machines:
        their clocks must agree within a second or two.
        """
        ...

    async def heartbeat(self, job: Job, until: datetime, part: float = 0.0) -> None:
        """Extends the lease, and says how much is done, from 0 to 1; raises LeaseLost."""
        ...

    async def next_due(self, but: Collection[JobKind] = ()) -> datetime | None:
        """When the next job is due or its lease ends, without some kinds; None when nothing waits.

        A queue that is spread over partitions may look no further ahead than ten minutes.
        """
        ...

    async def for_subject(self, subject: UUID) -> Sequence[Job]:
        """All jobs of a thing, oldest first."""
        ...

    def enqueue(self, work: UnitOfWork, job: Job) -> None:
        """Without effect if a live job of this kind and subject is there."""
        ...

    def hold(self, work: UnitOfWork, job: Job) -> None:
        """Changes nothing of the job; commit raises LeaseLost if the epoch has moved on."""
        ...

    def done(self, work: UnitOfWork, job: Job) -> None:
        """Marks it DONE in the same unit as its effect; commit raises LeaseLost if the epoch has moved on."""
        ...

    def again(self, work: UnitOfWork, job: Job, at: datetime, error: str, *, failed: bool = True) -> None:
        """Puts it back for another attempt, with one failure more if it ``failed``; raises LeaseLost."""
        ...

    def failed(self, work: UnitOfWork, job: Job, error: str) -> None:
        """Marks it FAILED for good; commit raises LeaseLost."""
        ...

    def drop(self, work: UnitOfWork, subject: UUID) -> None:
        """Cancels the queued jobs of a thing that is gone; one that is running will find out by itself."""
        ...

    async def purge(self, before: datetime) -> int:
        """Drops finished jobs older than the instant; how many there were.

        None where they expire by themselves.
        """
        ...
