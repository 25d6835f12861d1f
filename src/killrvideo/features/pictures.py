"""Still pictures of videos: for those alone who may see the video now."""

from dataclasses import dataclass

from killrvideo.domain.access import Caller
from killrvideo.domain.errors import BlobNotFound, PictureNotFound
from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import Media
from killrvideo.service_interfaces.blobs import BlobInfo, BlobReading, BlobStore
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.videos import visible_video

SHEET = "image/jpeg"


@dataclass(frozen=True, slots=True)
class PictureFile:
    """One that the caller may have. Both verbs raise PictureNotFound where it is gone meanwhile."""

    key: str
    content_type: str
    blobs: BlobStore

    async def head(self) -> BlobInfo:
        try:
            return await self.blobs.head(self.key)
        except BlobNotFound:
            raise PictureNotFound from None

    async def read(self, start: int = 0, end: int | None = None) -> BlobReading:
        """From ``start`` up to, without, ``end``. Raises RangeNotSatisfiable."""
        try:
            return await self.blobs.read(self.key, start=start, end=end)
        except BlobNotFound:
            raise PictureNotFound from None


class Pictures:
    def __init__(self, storage: Storage, blobs: BlobStore) -> None:
        self._storage = storage
        self._blobs = blobs

    async def file(self, caller: Caller, video_id: VideoId, name: str) -> PictureFile:
        """A picture that the video has at present, or a sheet of its storyboard.

        Raises VideoNotFound, also for a video that this caller may not see, and PictureNotFound.
        """
        await visible_video(self._storage.videos, caller, video_id)
        media = await self._storage.media.get(video_id)
        content_type = None if media is None else _named(media, name)
        if media is None or content_type is None:
            raise PictureNotFound(f"The video has no picture '{name}'.")
        return PictureFile(f"{media.prefix}/{name}", content_type, self._blobs)


def _named(media: Media, name: str) -> str | None:
    """The media type of the file of this name; None where it is not one of the video's."""
    if media.storyboard is not None and name in media.storyboard.sheets:
        return SHEET
    return next((each.content_type for each in media.pictures if each.name == name), None)
