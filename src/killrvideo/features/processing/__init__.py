"""Making a submitted video READY, step by step, each a durable job; or ERROR with a reason and a retry.

A step's result and the end of its job are one unit of work that still must hold the job's lease: a worker
that was only asleep cannot write over its successor.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.errors import (
    NothingToRetry,
    SourceFailed,
    SourceNotFound,
)
from killrvideo.domain.events import Origin, VideoFailed, VideoPublished, VideoRetried
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job, JobState
from killrvideo.domain.processing import JOB_OF, STEP_OF, STEPS, RetryPlan, Step, StepReport, reports
from killrvideo.domain.videos import Video, VideoStatus, clean_tags
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.embedding import embedded
from killrvideo.service_interfaces.language import EmbeddingModels
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork
from killrvideo.service_interfaces.video_sources import VideoMetadata, VideoSource
from killrvideo.service_interfaces.videos import visible_video

RESCUED_AT_ONCE = 100
QUIET_BEFORE_RESCUE = timedelta(minutes=1)
"""A video without a job is only taken for lost after this long."""
MOST_CLAIMS = 100
"""Crashes are no fault of a video's, until one seems to cause them."""
INTERRUPTED = "Processing was interrupted too often; you can retry it."
LONGEST_PAUSE = timedelta(minutes=15)
"""A source may ask for more patience than this; it does not get it."""


@dataclass(frozen=True, slots=True)
class Progress:
    video: Video
    steps: tuple[StepReport, ...]


class Processing:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        source: VideoSource,
        plan: RetryPlan,
        models: EmbeddingModels,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._source = source
        self._plan = plan
        self._models = models

    async def progress(self, caller: Caller, video_id: VideoId) -> Progress:
        """Where the steps stand, for the owner and moderators. Raises VideoNotFound, MissingScope."""
        caller.signed_in()
        video = await visible_video(self._storage.videos, caller, video_id)
        if not caller.owns(video.uploader_id):
            caller.require(Scope.MODERATION_READ)
        return Progress(video, reports(video, await self._storage.jobs.for_subject(video_id)))

    async def retry(self, caller: Caller, video_id: VideoId) -> Video:
        """Runs the failed step again. Raises VideoNotFound, NothingToRetry."""
        caller.signed_in()

        async def attempt() -> Video:
            video = await visible_video(self._storage.videos, caller, video_id)
            caller.require_own_or(video.uploader_id, Scope.VIDEOS_WRITE, Scope.MODERATION_ACT)
            if video.status is not VideoStatus.ERROR:
                raise NothingToRetry
            step = await self._next_step(video)
            again = video.changed(self._clock.now(), status=VideoStatus.PENDING, error=None)
            work = self._storage.begin("videos.retry", caller.origin)
            self._storage.videos.replace(work, again)
            self._enqueue(work, step, video_id)
            work.publish(VideoRetried(video_id=video_id, version=again.version, step=step))
            await work.commit()
            return again

        return await until_fresh(video_id, attempt)

    async def resume(self, video_id: VideoId, origin: Origin) -> None:
        """Gives an unfinished video that has come back from removal the job that it lacks."""
        video = await self._storage.videos.get(video_id)
        if video is None or video.causes or video.status not in {VideoStatus.PENDING, VideoStatus.PROCESSING}:
            return
        work = self._storage.begin("videos.resume", origin)
        self._enqueue(work, await self._next_step(video), video_id)
        await work.commit()

    async def rescue(self, origin: Origin) -> int:
        """The net below it all: unfinished videos without a job get one; how many there were."""
        lost = await self._storage.videos.unfinished(self._clock.now() - QUIET_BEFORE_RESCUE, RESCUED_AT_ONCE)
        for video in lost:
            await self.resume(video.id, origin)
        return len(lost)

    async def stop(self, video_id: VideoId, origin: Origin) -> None:
        """Cancels what waits for a video that was removed."""
        video = await self._storage.videos.get(video_id)
        if video is not None and not video.causes:
            return
        work = self._storage.begin("videos.stop", origin)
        self._storage.jobs.drop(work, video_id)
        await work.commit()
        await self.resume(video_id, origin)  # It may have come back meanwhile.

    async def fetch_metadata(self, job: Job) -> JobState:
        """Asks the video's source for its metadata; what became of the job. Raises LeaseLost."""
        if job.attempts > MOST_CLAIMS:
            return await self.give_up(job, INTERRUPTED)
        video = await until_fresh(job.subject, lambda: self._at_work_on(job))
        if video is None or video.youtube_id is None:
            return await self._leave(job)
        try:
            async with asyncio.timeout(self._plan.limit.total_seconds()):
                metadata = await self._source.describe(video.youtube_id)
        except SourceNotFound as absent:
            return await self.give_up(job, absent.detail)
        except SourceFailed as failure:
            return await self._try_later(job, failure.detail, failure.retry_after)
        except TimeoutError:
            return await self._try_later(job, "YouTube did not answer in time.")
        return await until_fresh(job.subject, lambda: self._keep(job, metadata))

    async def publish(self, job: Job) -> JobState:
        """Makes the video READY: from now on it is found and watched. Raises LeaseLost."""
        if job.attempts > MOST_CLAIMS:
            return await self.give_up(job, INTERRUPTED)

        async def attempt() -> JobState:
            video = await self._at_work_on(job)
            if video is None:
                return await self._leave(job)
            ready = video.changed(self._clock.now(), status=VideoStatus.READY, error=None)
            vectors = await embedded(self._storage, self._models, ready)
            work = self._begin(job)
            self._storage.videos.replace(work, ready)
            self._storage.search.put(work, ready)
            vectors.put(self._storage, work, self._clock.now())
            self._storage.jobs.done(work, job)
            work.publish(VideoPublished(video_id=ready.id, version=ready.version))
            await work.commit()
            return JobState.DONE

        return await until_fresh(job.subject, attempt)

    async def give_up(self, job: Job, reason: str) -> JobState:
        """Ends the job as FAILED and the video in ERROR, with the reason for its owner. Raises LeaseLost."""

        async def attempt() -> JobState:
            video = await self._storage.videos.get(VideoId(job.subject))
            work = self._begin(job)
            self._storage.jobs.failed(work, job, reason)
            if video is not None and video.status is not VideoStatus.READY:
                failed = video.changed(self._clock.now(), status=VideoStatus.ERROR, error=reason)
                self._storage.videos.replace(work, failed)
                work.publish(VideoFailed(video_id=failed.id, version=failed.version, step=STEP_OF[job.kind]))
            await work.commit()
            return JobState.FAILED

        return await until_fresh(job.subject, attempt)

    async def _at_work_on(self, job: Job) -> Video | None:
        """The job's video, marked PROCESSING; None if there is nothing left to do for it."""
        video = await self._storage.videos.get(VideoId(job.subject))
        if video is None or video.causes or video.status is VideoStatus.READY:
            return None
        if video.status is VideoStatus.PROCESSING:
            return video
        begun = video.changed(self._clock.now(), status=VideoStatus.PROCESSING, error=None)
        work = self._begin(job)
        self._storage.videos.replace(work, begun)
        self._storage.jobs.hold(work, job)
        await work.commit()
        return begun

    async def _keep(self, job: Job, metadata: VideoMetadata) -> JobState:
        video = await self._at_work_on(job)
        if video is None:
            return await self._leave(job)
        work = self._begin(job)
        self._storage.videos.replace(work, self._described(video, metadata))
        self._storage.jobs.done(work, job)
        steps = STEPS[video.location_type]
        self._enqueue(work, steps[steps.index(STEP_OF[job.kind]) + 1], video.id)
        await work.commit()
        return JobState.DONE

    def _described(self, video: Video, metadata: VideoMetadata) -> Video:
        """What the client sent stays; metadata fill what it left open."""
        return video.changed(
            self._clock.now(),
            title=metadata.title if video.title_is_provisional else video.title,
            title_is_provisional=False,
            description=video.description or metadata.description,
            tags=video.tags or clean_tags(metadata.tags),
            thumbnail_url=metadata.thumbnail_url or video.thumbnail_url,
            duration_seconds=metadata.duration_seconds or video.duration_seconds,
        )

    async def _try_later(self, job: Job, reason: str, asked_pause: float | None = None) -> JobState:
        failures = job.failures + 1
        pause = self._plan.pause_after(failures)
        if pause is None:
            return await self.give_up(job, f"{reason} We tried {failures} times; you can retry it.")
        asked = min(timedelta(seconds=asked_pause or 0), LONGEST_PAUSE)
        work = self._begin(job)
        self._storage.jobs.again(work, job, self._clock.now() + max(pause, asked), reason)
        await work.commit()
        return JobState.QUEUED

    async def _leave(self, job: Job) -> JobState:
        """The video was removed, or is READY: a step that did not run must not count as done."""
        work = self._begin(job)
        self._storage.jobs.failed(work, job, "There was nothing left to do for this video.")
        await work.commit()
        # Whoever took the removal back meanwhile saw a job at work, and added none.
        await self.resume(VideoId(job.subject), job.origin)
        return JobState.FAILED

    async def _next_step(self, video: Video) -> Step:
        done = {
            job.kind for job in await self._storage.jobs.for_subject(video.id) if job.state is JobState.DONE
        }
        steps = STEPS[video.location_type]
        return next((step for step in steps if JOB_OF[step] not in done), steps[-1])

    def _enqueue(self, work: UnitOfWork, step: Step, video_id: VideoId) -> None:
        job = Job.new(self._ids.new(), JOB_OF[step], video_id, self._clock.now(), work.origin)
        self._storage.jobs.enqueue(work, job)

    def _begin(self, job: Job) -> UnitOfWork:
        return self._storage.begin(f"job.{job.kind}", job.origin)
