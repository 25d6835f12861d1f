"""Captions that change while they are translated, or afterwards: their translations follow.

What a translation was made of stands beside it, and says whether it is behind. New captions are translated
into all languages; those that change, into those in which there still are translations of them: what an owner
has removed stays away. Jobs are asked only about the last minutes: they are forgotten after a month.
"""

from collections.abc import Sequence
from datetime import timedelta

from killrvideo.domain.automatic_captions import is_behind, is_orphan, is_translation, original_of, put_at
from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.errors import LeaseLost, StaleVersion
from killrvideo.domain.events import CaptionsChanged, Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.processing import STEPS, Step
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing.queueing import StepQueue
from killrvideo.features.processing.steps.captions import declared_of
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork

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

    async def follow(self, video_id: VideoId, origin: Origin, change: CaptionsChanged | None = None) -> None:
        """Has captions translated that changed, and those that are behind.

        Translations of what was taken away go with it. To be called whenever captions change, and without a
        change when the video comes back.
        """

        async def attempt() -> None:
            video = await self._translatable(video_id)
            if video is not None:
                await self._follow(video, origin, change)

        await until_fresh(video_id, attempt, (LeaseLost, StaleVersion))

    async def catch_up(self, video_id: VideoId, origin: Origin) -> None:
        """Has captions translated that came between their translation and the publication of the video."""
        video = await self._translatable(video_id)
        if video is None or not self._wanted:
            return
        tracks = await self._storage.captions.tracks(video_id)
        original, last = original_of(tracks, declared_of(video)), await self._last(video_id)
        if original is None or last is None or not _began_before(last, original):
            return
        if any(is_behind(track, original) for track in tracks) or not any(map(is_translation, tracks)):
            work = self._storage.begin("videos.translate", origin)
            self._translate(work, video)
            await work.commit()

    async def _translatable(self, video_id: VideoId) -> Video | None:
        video = await self._storage.videos.get(video_id)
        return None if video is None or Step.TRANSLATIONS not in STEPS[video.location_type] else video

    async def _follow(self, video: Video, origin: Origin, change: CaptionsChanged | None) -> None:
        """Raises LeaseLost where the translation at work has ended meanwhile, StaleVersion."""
        tracks = await self._storage.captions.tracks(video.id)
        original = original_of(tracks, declared_of(video))
        gone = [track for track in tracks if self._has_to_go(track, tracks, original)]
        left = [track for track in tracks if track not in gone]
        last = await self._last(video.id)
        is_due = original is not None and self._wanted and _is_due(video, left, original, change, last)
        if not gone and not is_due:
            return
        work = self._storage.begin("videos.translate", origin)
        for track in gone:
            self._storage.captions.remove(work, track)
            work.publish(CaptionsChanged(video_id=video.id, language=track.language))
        if is_due:
            self._translate(work, video, last)
        await work.commit()

    def _has_to_go(
        self, track: CaptionTrack, tracks: Sequence[CaptionTrack], original: CaptionTrack | None
    ) -> bool:
        """Where nothing is translated any more, what is behind would stay so for ever."""
        is_left_behind = not self._wanted and original is not None and is_behind(track, original)
        return is_left_behind or is_orphan(track, tracks)

    def _translate(self, work: UnitOfWork, video: Video, last: Job | None = None) -> None:
        """Whoever works on captions of before loses its lease, and stops."""
        at = self._clock.now() + PAUSE
        if last is not None and last.state is JobState.RUNNING:
            self._storage.jobs.again(work, last, at, ANEW, failed=False)
        else:
            self._queue.enqueue(work, Step.TRANSLATIONS, video.id, at)

    async def _last(self, video_id: VideoId) -> Job | None:
        jobs = await self._storage.jobs.for_subject(video_id)
        return next((job for job in reversed(jobs) if job.kind is JobKind.VIDEO_TRANSLATIONS), None)


def _is_due(
    video: Video,
    tracks: Sequence[CaptionTrack],
    original: CaptionTrack,
    change: CaptionsChanged | None,
    last: Job | None,
) -> bool:
    """Until the video is published a step is to come, which has begun at most; it follows what was heard."""
    if video.status is not VideoStatus.READY and original.automatic:
        return False
    if last is not None and last.state is JobState.RUNNING:
        return _began_before(last, original)
    if video.status is not VideoStatus.READY:
        return False
    if any(is_behind(track, original) for track in tracks):
        return True
    if change is None or change.language != original.language:
        return False
    return change.is_new or (last is not None and last.state is JobState.FAILED)


def _began_before(job: Job, original: CaptionTrack) -> bool:
    """Whether it may have taken up earlier captions."""
    return job.begun_at is not None and job.begun_at < put_at(original) + (
        timedelta() if original.automatic else APART
    )
