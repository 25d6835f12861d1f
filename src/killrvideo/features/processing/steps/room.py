"""Room for what is made of videos, in the store of files."""

from killrvideo.domain.errors import DiskFull
from killrvideo.service_interfaces.blobs import BlobStore

AGAIN_AFTER = 300.0
"""Seconds."""
NO_ROOM = "There is no room for what is made of this film at the moment."


class Room:
    def __init__(self, blobs: BlobStore, left_free: int) -> None:
        """``left_free`` bytes are left to others, as uploads leave them."""
        self._blobs = blobs
        self._left_free = left_free

    async def check(self, size: int) -> None:
        """Whether so many bytes more fit; asked before they are made. Raises DiskFull."""
        free = await self._blobs.free()
        if free is not None and free < size + self._left_free:
            raise DiskFull(NO_ROOM, retry_after=AGAIN_AFTER)
