"""What people see and do of a video's processing: where it stands, and trying again."""

from dataclasses import dataclass
from datetime import timedelta

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.errors import NothingToRetry
from killrvideo.domain.events import Origin, VideoRetried
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.processing import StepReport, StepState, reports
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing.queueing import StepQueue
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.videos import visible_video

RESCUED_AT_ONCE = 100
QUIET_BEFORE_RESCUE = timedelta(minutes=1)
"""A video without a job is only taken for lost after this long."""


@dataclass(frozen=True, slots=True)
class Progress:
    video: Video
    steps: tuple[StepReport, ...]


class Processing:
    def __init__(self, storage: Storage, clock: Clock, queue: StepQueue) -> None:
        self._storage = storage
        self._clock = clock
        self._queue = queue

    async def progress(self, caller: Caller, video_id: VideoId) -> Progress:
        """Where the steps stand, for the owner and moderators. Raises VideoNotFound, MissingScope."""
        caller.signed_in()
        video = await visible_video(self._storage.videos, caller, video_id)
        if not caller.owns(video.uploader_id):
            caller.require(Scope.MODERATION_READ)
        return Progress(video, await self._reports(video))

    async def retry(self, caller: Caller, video_id: VideoId) -> Video:
        """Runs the failed step again; of a READY video those that it was published without.

        Raises VideoNotFound, NothingToRetry.
        """
        caller.signed_in()

        async def attempt() -> Video:
            video = await visible_video(self._storage.videos, caller, video_id)
            caller.require_own_or(video.uploader_id, Scope.VIDEOS_WRITE, Scope.MODERATION_ACT)
            if video.status is VideoStatus.READY:
                return await self._retry_what_lacks(caller, video)
            if video.status is not VideoStatus.ERROR:
                raise NothingToRetry
            step = await self._queue.next_step(video)
            again = video.changed(self._clock.now(), status=VideoStatus.PENDING, error=None)
            work = self._storage.begin("videos.retry", caller.origin)
            self._storage.videos.replace(work, again)
            self._queue.enqueue(work, step, video_id)
            work.publish(VideoRetried(video_id=video_id, version=again.version, step=step))
            await work.commit()
            return again

        return await until_fresh(video_id, attempt)

    async def resume(self, video_id: VideoId, origin: Origin) -> None:
        """Gives an unfinished video that has come back from removal the jobs that it lacks."""
        await self._queue.resume(video_id, origin)

    async def resume_all_of(self, account_id: AccountId, origin: Origin) -> None:
        """The same for all videos of an account that was shut out until now."""
        for video_id in await self._storage.videos.ids_of(account_id):
            await self._queue.resume(video_id, origin)

    async def rescue(self, origin: Origin) -> int:
        """The net below it all: unfinished videos without a job get one; how many there were."""
        lost = await self._storage.videos.unfinished(self._clock.now() - QUIET_BEFORE_RESCUE, RESCUED_AT_ONCE)
        for video in lost:
            await self.resume(video.id, origin)
        return len(lost)

    async def stop(self, video_id: VideoId, origin: Origin) -> None:
        """Cancels what waits for a video that was removed.

        What waits for a published one finds out by itself, and is known by it should the video come back.
        """
        video = await self._storage.videos.get(video_id)
        # A purge has cancelled them itself, and what waits since then is to be done.
        if video is None or not video.causes or video.status is VideoStatus.READY:
            return
        work = self._storage.begin("videos.stop", origin)
        self._storage.jobs.drop(work, video_id)
        await work.commit()
        await self.resume(video_id, origin)  # It may have come back meanwhile.

    async def _retry_what_lacks(self, caller: Caller, video: Video) -> Video:
        lacking = [report.step for report in await self._reports(video) if report.state is StepState.FAILED]
        if not lacking:
            raise NothingToRetry
        work = self._storage.begin("videos.retry", caller.origin)
        for step in lacking:
            self._queue.enqueue(work, step, video.id)
            work.publish(VideoRetried(video_id=video.id, version=video.version, step=step))
        await work.commit()
        return video

    async def _reports(self, video: Video) -> tuple[StepReport, ...]:
        return reports(video, await self._storage.jobs.for_subject(video.id), self._clock.now())
