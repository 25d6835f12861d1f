"""A thumbnail of an uploaded film, and small pictures of its moments."""

import asyncio
from collections.abc import Sequence

from killrvideo.domain.jobs import Job
from killrvideo.domain.media import Media, Picture, Source, Storyboard, picture_address, thumbnail_of
from killrvideo.domain.uploads import MEGABYTE
from killrvideo.domain.videos import Video
from killrvideo.features.processing.steps.files import UploadedFiles
from killrvideo.features.processing.steps.room import Room
from killrvideo.features.processing.work import Keep, nothing_more
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.pictures import PictureMaker
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.transcoder import Transcoder
from killrvideo.service_interfaces.units import UnitOfWork

THUMBNAIL_DONE = 0.2
BYTES_OF_PIXEL = 4
"""At most, of a picture that is not made small."""
BYTES_OF_ALL = 8 * MEGABYTE
"""Those that are kept, at most."""
JPEG = "image/jpeg"


class MakePictures:
    def __init__(
        self,
        storage: Storage,
        blobs: BlobStore,
        clock: Clock,
        files: UploadedFiles,
        transcoder: Transcoder,
        maker: PictureMaker,
        room: Room,
    ) -> None:
        self._storage = storage
        self._blobs = blobs
        self._clock = clock
        self._files = files
        self._transcoder = transcoder
        self._maker = maker
        self._room = room

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:  # noqa: ARG002
        media, source = await self._files.known(video)
        if not source.has_pictures:
            return nothing_more
        await self._room.check(BYTES_OF_ALL)
        pictures = await self._thumbnails(video, media, source)
        told(THUMBNAIL_DONE)
        board = await self._storyboard(
            video, media, source, lambda part: told(THUMBNAIL_DONE + part * (1 - THUMBNAIL_DONE))
        )

        async def keep(work: UnitOfWork, video: Video) -> None:
            present, _ = await self._files.known(video)
            self._storage.media.put(work, present.changed(pictures=tuple(pictures), storyboard=board))
            if pictures:
                address = picture_address(video.id, thumbnail_of(pictures).name, present.run)
                self._storage.videos.replace(work, video.changed(self._clock.now(), thumbnail_url=address))

        return keep

    async def _thumbnails(self, video: Video, media: Media, source: Source) -> Sequence[Picture]:
        file = await self._files.bring(video)
        async with self._files.scratch.folder(video.id, source.pixels * BYTES_OF_PIXEL) as folder:
            frame = await self._transcoder.frame(file, source, folder)
        if frame is None:
            return ()
        sizes = await self._maker.sizes(frame)
        for one in sizes:
            key = f"{media.prefix}/{one.picture.name}"
            await self._blobs.put(key, one.data, content_type=one.picture.content_type)
        return [one.picture for one in sizes]

    async def _storyboard(self, video: Video, media: Media, source: Source, told: Told) -> Storyboard | None:
        file = await self._files.bring(video)
        async with self._files.scratch.folder(video.id) as folder:
            board = await self._transcoder.storyboard(file, source, folder, told)
            for sheet in () if board is None else board.sheets:
                data = await asyncio.to_thread((folder / sheet).read_bytes)
                await self._blobs.put(f"{media.prefix}/{sheet}", data, content_type=JPEG)
        return board
