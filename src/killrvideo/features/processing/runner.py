"""Running one step of a video, whichever it is.

A step's result and the end of its job are one unit of work that still must hold the job's lease: a worker
that was only asleep cannot write over its successor.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from killrvideo.domain.errors import (
    ModelUnavailable,
    Refusal,
    SourceFailed,
    SourceNotFound,
    ToolFailed,
    Unavailable,
    UnusableFile,
)
from killrvideo.domain.events import VideoFailed
from killrvideo.domain.ids import UploadId, VideoId
from killrvideo.domain.jobs import Job, JobState
from killrvideo.domain.processing import BRINGING, LEFT, OPTIONAL, STEP_OF, RetryPlan, Step, following
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing.queueing import StepQueue
from killrvideo.features.processing.watching import Pause, VideoRemoved, VideoWatch, a_moment
from killrvideo.features.processing.work import Keep, StepWork
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.scratch import Scratch
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork

MOST_CLAIMS = 100
"""Crashes are no fault of a video's, until one seems to cause them."""
INTERRUPTED = "Processing was interrupted too often; you can retry it."
LONGEST_PAUSE = timedelta(minutes=15)
"""Who fails may ask for more patience than this, and does not get it."""
TOO_LONG = {Step.METADATA: "YouTube did not answer in time."}
"""What is said when a try took longer than it may."""

FOR_GOOD = (SourceNotFound, UnusableFile)
FOR_NOW = (SourceFailed, ToolFailed, ModelUnavailable)


class StepRunner:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        queue: StepQueue,
        plan: RetryPlan,
        works: Mapping[Step, StepWork],
        scratch: Scratch,
        pause: Pause = a_moment,
    ) -> None:
        """``pause`` passes between two looks at whether a video is still there that is worked on."""
        self._storage = storage
        self._clock = clock
        self._queue = queue
        self._plan = plan
        self._works = works
        self._scratch = scratch
        self._watch = VideoWatch(storage, pause)

    async def run(self, job: Job, told: Told) -> JobState:
        """Does the step; what became of the job. Raises LeaseLost, and Unavailable if the store is away."""
        if job.attempts > MOST_CLAIMS:
            return await self.give_up(job, INTERRUPTED)
        video = await until_fresh(job.subject, lambda: self._at_work_on(job))
        if video is None:
            return await self._leave(job)
        try:
            keep = await self._worked(job, video, told)
        except VideoRemoved:
            return await self._leave(job)
        except FOR_GOOD as refusal:
            return await self.give_up(job, refusal.detail)
        except FOR_NOW as failure:
            return await self._try_later(job, failure)
        except Unavailable as outage:
            return await self._wait_out(job, outage)
        return await until_fresh(job.subject, lambda: self._keep(job, keep))

    async def _worked(self, job: Job, video: Video, told: Told) -> Keep:
        """Raises VideoRemoved, ToolFailed for what takes too long, and whatever the step raises."""
        step = STEP_OF[job.kind]
        try:
            async with asyncio.timeout((await self._limit_of(step, video)).total_seconds()):
                return await self._watch.during(video.id, self._works[step](job, video, told))
        except TimeoutError:
            raise ToolFailed(TOO_LONG.get(step, "This step took too long.")) from None

    async def give_up(self, job: Job, reason: str) -> JobState:
        """Ends the job as FAILED; the video goes on without the step if it can, else it is in ERROR, with the
        reason for its owner. Raises LeaseLost.
        """

        async def attempt() -> JobState:
            video = await self._storage.videos.get(VideoId(job.subject))
            work = self._begin(job)
            self._storage.jobs.failed(work, job, reason)
            if video is not None and video.status is not VideoStatus.READY:
                self._go_on_without(work, video, STEP_OF[job.kind], reason)
            await work.commit()
            return JobState.FAILED

        state = await until_fresh(job.subject, attempt)
        await self._tidy(job)
        return state

    def _go_on_without(self, work: UnitOfWork, video: Video, step: Step, reason: str) -> None:
        after = following(video, step)
        if step in OPTIONAL and after is not None:
            self._queue.enqueue(work, after, video.id)
            return
        failed = video.changed(self._clock.now(), status=VideoStatus.ERROR, error=reason)
        self._storage.videos.replace(work, failed)
        work.publish(VideoFailed(video_id=failed.id, version=failed.version, step=step))

    async def _limit_of(self, step: Step, video: Video) -> timedelta:
        file = await self._storage.uploads.get(UploadId(video.id)) if step in BRINGING else None
        return self._plan.limit_of(step, video, 0 if file is None else file.offset)

    async def _at_work_on(self, job: Job) -> Video | None:
        """The job's video, marked PROCESSING; None if there is nothing left to do for it."""
        video = await self._storage.videos.get(VideoId(job.subject))
        if video is None or video.causes:
            return None
        if video.status is VideoStatus.READY:
            return video if STEP_OF[job.kind] in OPTIONAL else None
        if video.status is VideoStatus.PROCESSING:
            return video
        begun = video.changed(self._clock.now(), status=VideoStatus.PROCESSING, error=None)
        work = self._begin(job)
        self._storage.videos.replace(work, begun)
        self._storage.jobs.hold(work, job)
        await work.commit()
        return begun

    async def _keep(self, job: Job, keep: Keep) -> JobState:
        video = await self._at_work_on(job)
        if video is None:
            return await self._leave(job)
        step = STEP_OF[job.kind]
        work = self._begin(job)
        await keep(work, video)
        self._storage.jobs.done(work, job)
        after = following(video, step)
        if after is not None:
            self._queue.enqueue(work, after, video.id)
        await work.commit()
        if after is None:
            await self._tidy(job)
        return JobState.DONE

    async def _try_later(self, job: Job, failure: Refusal) -> JobState:
        failures = job.failures + 1
        pause = self._plan.pause_after(failures, STEP_OF[job.kind])
        if pause is None:
            return await self.give_up(job, f"{failure.detail} We tried {failures} times; you can retry it.")
        asked = failure.retry_after if isinstance(failure, (SourceFailed, Unavailable)) else None
        return await self._put_back(job, max(pause, _bounded(asked)), failure.detail, failed=True)

    async def _wait_out(self, job: Job, outage: Unavailable) -> JobState:
        """What the step stands on is away, which is no failure of the step's."""
        pause = self._plan.pause_in_outage(job.attempts - job.failures)
        if pause is None:
            return await self.give_up(job, f"{outage.detail} We waited for a day; you can retry it.")
        return await self._put_back(
            job, max(pause, _bounded(outage.retry_after)), outage.detail, failed=False
        )

    async def _put_back(self, job: Job, pause: timedelta, reason: str, *, failed: bool) -> JobState:
        work = self._begin(job)
        self._storage.jobs.again(work, job, self._clock.now() + pause, reason, failed=failed)
        await work.commit()
        return JobState.QUEUED

    async def _leave(self, job: Job) -> JobState:
        """The video was removed, or is READY: a step that did not run to its end must not count as done."""
        work = self._begin(job)
        self._storage.jobs.failed(work, job, LEFT)
        await work.commit()
        # Whoever took the removal back meanwhile saw a job at work, and added none.
        await self._queue.resume(VideoId(job.subject), job.origin)
        await self._tidy(job)
        return JobState.FAILED

    async def _tidy(self, job: Job) -> None:
        """Clears the video's files on this machine where no step is to come that may need them."""
        with suppress(Unavailable):  # What is left is found by its age.
            others = await self._storage.jobs.for_subject(job.subject)
            if not any(other.is_live for other in others):
                await self._scratch.clear(VideoId(job.subject))

    def _begin(self, job: Job) -> UnitOfWork:
        return self._storage.begin(f"job.{job.kind}", job.origin)


def _bounded(seconds: float | None) -> timedelta:
    return min(timedelta(seconds=seconds or 0), LONGEST_PAUSE)
