"""The job that removes the files of a purged video: what it was made of, and what was made of it.

It is never given up, or bytes would be left that nobody knows of. Each try goes on where the last one ended.
"""

from datetime import timedelta

from killrvideo.domain.errors import Unavailable
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job, JobState
from killrvideo.features.uploads.removing import Removing
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)
AT_WORK = "A step of the video is still at work."


class Forgetting:
    def __init__(self, storage: Storage, clock: Clock, removing: Removing) -> None:
        self._storage = storage
        self._clock = clock
        self._removing = removing

    async def carry_out(self, job: Job) -> JobState:
        """Raises LeaseLost, and Unavailable if the store of rows does not answer either."""
        if await self._is_worked_on(job):
            return await self._put_back(job, SHORTEST_PAUSE, AT_WORK, failed=False)
        try:
            await self._removing.forget_video(VideoId(job.subject), job.origin)
        except Unavailable as outage:
            return await self.try_later(job, outage.detail)
        work = self._begin(job)
        self._storage.jobs.done(work, job)
        await work.commit()
        return JobState.DONE

    async def try_later(self, job: Job, reason: str) -> JobState:
        """Puts it back, with growing pauses. Raises LeaseLost."""
        pause = min(SHORTEST_PAUSE * 2 ** min(job.failures, 20), LONGEST_PAUSE)
        return await self._put_back(job, pause, reason, failed=True)

    async def _is_worked_on(self, job: Job) -> bool:
        """Whether a step of the video is still at work, which could write a file behind us."""
        now = self._clock.now()
        others = [one for one in await self._storage.jobs.for_subject(job.subject) if one.id != job.id]
        return any(one.lease_until is not None and one.lease_until > now for one in others)

    async def _put_back(self, job: Job, pause: timedelta, reason: str, *, failed: bool) -> JobState:
        work = self._begin(job)
        self._storage.jobs.again(work, job, self._clock.now() + pause, reason, failed=failed)
        await work.commit()
        return JobState.QUEUED

    def _begin(self, job: Job) -> UnitOfWork:
        return self._storage.begin(f"job.{job.kind}", job.origin)
