"""A place for files that does not answer for some time."""

from typing import Any

from killrvideo.domain.errors import Unavailable
from killrvideo.service_interfaces.blobs import BlobStore


class BlobsAway:
    """Keeps BlobStore, as another one does, but deletes nothing while it is away."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self.is_away = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)

    async def delete_all(self, prefix: str) -> int:
        if self.is_away:
            raise Unavailable("The files are away.")
        return await self._blobs.delete_all(prefix)
