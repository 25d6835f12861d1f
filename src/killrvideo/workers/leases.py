"""Holding on to a job while it is worked on: a heartbeat extends its lease."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Never, TypeVar

import structlog

from killrvideo.domain.errors import Unavailable
from killrvideo.domain.jobs import Job
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.jobs import JobQueue
from killrvideo.workers.waiting import Wait

T = TypeVar("T")

BEATS_PER_LEASE = 3
"""So that one beat may be lost or late."""

log = structlog.get_logger(__name__)


class LeaseKeeper:
    def __init__(self, queue: JobQueue, clock: Clock, lease: timedelta, wait: Wait) -> None:
        self.lease = lease
        self._queue = queue
        self._clock = clock
        self._wait = wait

    async def hold(self, job: Job, work: Coroutine[Any, Any, T], part: Callable[[], float]) -> T:
        """What the work returns or raises. Raises LeaseLost, and stops the work, if another has the job.

        ``part`` tells how much of it is done, from 0 to 1; each beat passes it on.
        """
        working = asyncio.create_task(work)
        beating = asyncio.create_task(self._beat(job, part))
        try:
            await asyncio.wait((working, beating), return_when=asyncio.FIRST_COMPLETED)
            # Asked in this order: a beat that comes after the work's own end finds no lease either.
            return working.result() if working.done() else beating.result()
        finally:
            working.cancel()
            beating.cancel()
            await asyncio.gather(working, beating, return_exceptions=True)

    async def _beat(self, job: Job, part: Callable[[], float]) -> Never:
        never = asyncio.Event()
        while True:
            await self._wait(never, self.lease.total_seconds() / BEATS_PER_LEASE)
            try:
                await self._queue.heartbeat(job, self._clock.now() + self.lease, part())
            except Unavailable as outage:
                log.warning("heartbeat missed", kind=job.kind, subject=str(job.subject), reason=outage.detail)
