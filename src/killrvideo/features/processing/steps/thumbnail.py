"""YouTube's picture of a video, made anew in our sizes and served by us from then on."""

from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job
from killrvideo.domain.media import (
    Media,
    Picture,
    picture_address,
    prefix_of,
    thumbnail_elsewhere,
    thumbnail_of,
)
from killrvideo.domain.videos import Video
from killrvideo.features.processing.work import Keep, nothing_more
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.pictures import PictureMaker
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork
from killrvideo.service_interfaces.video_sources import VideoSource


class FetchThumbnail:
    def __init__(
        self, storage: Storage, blobs: BlobStore, clock: Clock, source: VideoSource, maker: PictureMaker
    ) -> None:
        self._storage = storage
        self._blobs = blobs
        self._clock = clock
        self._source = source
        self._maker = maker

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:
        address = thumbnail_elsewhere(video)
        if address is None:
            return nothing_more
        data = await self._source.thumbnail(address)
        told(0.5)
        run = f"{job.id}-{job.epoch}"
        pictures = await self._kept(video.id, run, data)

        async def keep(work: UnitOfWork, video: Video) -> None:
            before = await self._storage.media.get(video.id)
            media = (
                Media(video_id=video.id, run=run, pictures=pictures)
                if before is None
                else before.changed(run=run, pictures=pictures)
            )
            self._storage.media.put(work, media)
            ours = picture_address(video.id, thumbnail_of(pictures).name, run)
            self._storage.videos.replace(work, video.changed(self._clock.now(), thumbnail_url=ours))

        return keep

    async def _kept(self, video_id: VideoId, run: str, data: bytes) -> tuple[Picture, ...]:
        """Writes them under names of their own; nobody reads them before they are kept."""
        made = await self._maker.sizes(data)
        for each in made:
            key = f"{prefix_of(video_id)}/{run}/{each.picture.name}"
            await self._blobs.put(key, each.data, content_type=each.picture.content_type)
        return tuple(each.picture for each in made)
