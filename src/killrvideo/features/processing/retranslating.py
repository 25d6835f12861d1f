"""Captions that change while they are translated, or afterwards: their translations follow.

Whether they have to is told by instants: what was translated last, and what the original became since.
Machines whose clocks differ by more than a second or two translate once too often.
"""

from collections.abc import Sequence
from datetime import timedelta

from killrvideo.domain.automatic_captions import original_of
from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.errors import LeaseLost, StaleVersion
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.processing import STEPS, Step
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing.queueing import StepQueue
from killrvideo.features.processing.steps.captions import declared_of
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage, until_fresh

PAUSE = timedelta(seconds=10)
"""Before they are translated anew: who mends captions puts them several times."""
APART = timedelta(seconds=2)
"""By how much two clocks may differ."""
ANEW = "The captions were changed; they are translated anew."


class Retranslating:
    def __init__(self, storage: Storage, clock: Clock, queue: StepQueue, *, wanted: bool) -> None:
        """``wanted``: whether captions are translated into any language here."""
        self._storage = storage
        self._clock = clock
        self._queue = queue
        self._wanted = wanted

    async def follow(self, video_id: VideoId, origin: Origin) -> None:
        """Has captions translated that are not, as they are now. To be called whenever they change."""
        if self._wanted:
            await until_fresh(video_id, lambda: self._follow(video_id, origin), (LeaseLost, StaleVersion))

    async def _follow(self, video_id: VideoId, origin: Origin) -> None:
        """Raises LeaseLost where the translation at work has ended meanwhile."""
        video = await self._storage.videos.get(video_id)
        if video is None or video.causes or Step.TRANSLATIONS not in STEPS[video.location_type]:
            return
        original = original_of(await self._storage.captions.tracks(video_id), declared_of(video))
        last = _last(await self._storage.jobs.for_subject(video_id))
        if original is None or not _is_behind(last, original, video):
            return
        work, at = self._storage.begin("videos.translate", origin), self._clock.now() + PAUSE
        if last is not None and last.state is JobState.RUNNING:
            # Whoever works on it loses its lease, and stops.
            self._storage.jobs.again(work, last, at, ANEW, failed=False)
        elif video.status is VideoStatus.READY:
            self._queue.enqueue(work, Step.TRANSLATIONS, video_id, at)
        await work.commit()


def _last(jobs: Sequence[Job]) -> Job | None:
    return next((job for job in reversed(jobs) if job.kind is JobKind.VIDEO_TRANSLATIONS), None)


def _is_behind(last: Job | None, original: CaptionTrack, video: Video) -> bool:
    """Whether the last translation may be one of earlier captions.

    What a model heard has a step of its own before that of translations, until the video is published.
    """
    if original.automatic and video.status is not VideoStatus.READY:
        return False
    if last is None or last.state is JobState.QUEUED or last.begun_at is None:
        return last is None
    changed = original.updated_at or original.created_at
    return last.begun_at < changed + (timedelta() if original.automatic else APART)
