"""What steps share that work on an uploaded file: the file itself, and what is known of it."""

from pathlib import Path

from killrvideo.domain.errors import ToolFailed
from killrvideo.domain.ids import UploadId
from killrvideo.domain.media import Media, Source
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.scratch import Scratch
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.turns import Turns

UNKNOWN = "What is in the file is not known yet."


class UploadedFiles:
    def __init__(self, storage: Storage, scratch: Scratch) -> None:
        self._storage = storage
        self.scratch = scratch
        self._bringing = Turns()

    async def bring(self, video: Video) -> Path:
        """The file, on this machine. Raises ToolFailed."""
        parts = await self._storage.uploads.parts(UploadId(video.id))
        # Two parts of a step may want it at the same time.
        async with self._bringing.of(str(video.id)):
            return await self.scratch.file_of(video.id, parts)

    async def known(self, video: Video) -> tuple[Media, Source]:
        """What earlier steps found and made. Raises ToolFailed where there was none of them."""
        media = await self._storage.media.get(video.id)
        if media is None or media.source is None:
            raise ToolFailed(UNKNOWN)
        return media, media.source
