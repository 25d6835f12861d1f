"""What is in an uploaded file, and whether it is a video at all."""

from killrvideo.domain.jobs import Job
from killrvideo.domain.media import Media, Source
from killrvideo.domain.videos import Video
from killrvideo.features.processing.steps.files import UploadedFiles
from killrvideo.features.processing.work import Keep
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.transcoder import Transcoder
from killrvideo.service_interfaces.units import UnitOfWork


class Probe:
    def __init__(
        self, storage: Storage, clock: Clock, ids: IdSource, files: UploadedFiles, transcoder: Transcoder
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._files = files
        self._transcoder = transcoder

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:  # noqa: ARG002
        source = await self._transcoder.probe(await self._files.bring(video))

        async def keep(work: UnitOfWork, video: Video) -> None:
            self._storage.media.put(work, await self._media(video, source))
            seconds = max(1, round(source.seconds))
            self._storage.videos.replace(work, video.changed(self._clock.now(), duration_seconds=seconds))

        return keep

    async def _media(self, video: Video, source: Source) -> Media:
        """What was made of the same file before goes on."""
        before = await self._storage.media.get(video.id)
        if before is None:
            return Media(video_id=video.id, run=self._ids.new().hex, source=source)
        return before.changed(source=source)
