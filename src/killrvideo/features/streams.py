"""Watching what somebody uploaded: every file of a stream is for those alone who may see the video now.

That is asked anew for every segment, so what is deleted or hidden is gone at once for whoever is watching.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from killrvideo.domain.access import Caller
from killrvideo.domain.captions import Captions, CaptionTrack
from killrvideo.domain.errors import BlobNotFound, CaptionsNotFound, StreamNotFound
from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import Media, Storyboard, prefix_of
from killrvideo.domain.videos import LocationType, Video
from killrvideo.service_interfaces.blobs import BlobInfo, BlobReading, BlobStore
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.videos import visible_video

RUN = re.compile(r"[A-Za-z0-9_-]{1,64}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.(?:m3u8|mp4|m4s|jpg)")
"""What files of a stream are called; nothing else of a video's folder is given out."""


@dataclass(frozen=True, slots=True)
class StreamFile:
    """A file that the caller may have. Both verbs raise StreamNotFound where there is none."""

    name: str
    key: str
    blobs: BlobStore

    async def head(self) -> BlobInfo:
        try:
            return await self.blobs.head(self.key)
        except BlobNotFound:
            raise _no_file(self.name) from None

    async def read(self, start: int = 0, end: int | None = None) -> BlobReading:
        """From ``start`` up to, without, ``end``. Raises RangeNotSatisfiable."""
        try:
            return await self.blobs.read(self.key, start=start, end=end)
        except BlobNotFound:
            raise _no_file(self.name) from None


class Streams:
    """Every verb raises VideoNotFound for a video that the caller may not see."""

    def __init__(self, storage: Storage, blobs: BlobStore) -> None:
        self._storage = storage
        self._blobs = blobs

    async def of(self, video: Video) -> Media | None:
        """What there is to watch of a video that the caller has; None while there is nothing."""
        if video.location_type is not LocationType.UPLOAD:
            return None
        media = await self._storage.media.get(video.id)
        return media if media is not None and media.is_watchable else None

    async def master(self, caller: Caller, video_id: VideoId) -> tuple[Media, Sequence[CaptionTrack]]:
        """What is to be played, and the captions that there are. Raises StreamNotFound."""
        media = await self._media(caller, video_id)
        return media, await self._storage.captions.tracks(video_id)

    async def storyboard(self, caller: Caller, video_id: VideoId, run: str) -> Storyboard:
        """Raises StreamNotFound."""
        media = await self._media(caller, video_id)
        if media.storyboard is None or media.run != run:
            raise StreamNotFound("The video has no such storyboard.")
        return media.storyboard

    async def subtitles(self, caller: Caller, video_id: VideoId, language: str) -> tuple[Media, Captions]:
        """The captions of one language, and with what they are shown. Raises as above, CaptionsNotFound."""
        media = await self._media(caller, video_id)
        captions = await self._storage.captions.get(video_id, language)
        if captions is None:
            raise CaptionsNotFound(f"The video has no captions in '{language}'.")
        return media, captions

    async def file(self, caller: Caller, video_id: VideoId, run: str, name: str) -> StreamFile:
        """A playlist, a segment or a picture; asks for nothing but the video. Raises StreamNotFound.

        Files of an earlier run go on being served to those who watch it, until they are swept away.
        """
        await visible_video(self._storage.videos, caller, video_id)
        if not RUN.fullmatch(run) or not NAME.fullmatch(name):
            raise _no_file(name)
        return StreamFile(name, f"{prefix_of(video_id)}/{run}/{name}", self._blobs)

    async def _media(self, caller: Caller, video_id: VideoId) -> Media:
        media = await self.of(await visible_video(self._storage.videos, caller, video_id))
        if media is None:
            raise StreamNotFound("The video has no stream of ours to watch.")
        return media


def _no_file(name: str) -> StreamNotFound:
    return StreamNotFound(f"The video has no file '{name}' to be watched.")
