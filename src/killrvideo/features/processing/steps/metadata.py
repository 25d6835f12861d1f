"""What the video's source says of it."""

from killrvideo.domain.jobs import Job
from killrvideo.domain.videos import Video, clean_tags
from killrvideo.features.processing.work import Keep, nothing_more
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork
from killrvideo.service_interfaces.video_sources import VideoMetadata, VideoSource


class FetchMetadata:
    def __init__(self, storage: Storage, clock: Clock, source: VideoSource) -> None:
        self._storage = storage
        self._clock = clock
        self._source = source

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:  # noqa: ARG002
        if video.youtube_id is None:
            return nothing_more
        metadata = await self._source.describe(video.youtube_id)

        async def keep(work: UnitOfWork, video: Video) -> None:
            self._storage.videos.replace(work, self._described(video, metadata))

        return keep

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
