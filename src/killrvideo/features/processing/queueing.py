"""Which step of a video comes next, and putting it into the queue."""

from dataclasses import replace
from datetime import datetime

from killrvideo.domain.events import Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job
from killrvideo.domain.processing import JOB_OF, Step, lacked, next_step
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork


class StepQueue:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids

    def enqueue(self, work: UnitOfWork, step: Step, video_id: VideoId, at: datetime | None = None) -> None:
        """``at`` is when it is due, if not at once."""
        now = self._clock.now()
        job = Job.new(self._ids.new(), JOB_OF[step], video_id, now, work.origin)
        self._storage.jobs.enqueue(work, replace(job, run_at=at or now))

    async def next_step(self, video: Video) -> Step:
        return next_step(video, await self._storage.jobs.for_subject(video.id))

    async def resume(self, video_id: VideoId, origin: Origin) -> None:
        """Gives a video that has come back from removal the jobs that it lacks, if any."""
        video = await self._storage.videos.get(video_id)
        if video is None or video.causes:
            return
        steps = lacked(video, await self._storage.jobs.for_subject(video_id))
        if not steps:
            return
        work = self._storage.begin("videos.resume", origin)
        for step in steps:
            self.enqueue(work, step, video_id)
        await work.commit()
