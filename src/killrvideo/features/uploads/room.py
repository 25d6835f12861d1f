"""How much more may come: of a file, of what its account may have, and onto the disk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from killrvideo.domain.ids import AccountId
from killrvideo.domain.upload_limits import ANOTHER_PIECE, UploadLimits
from killrvideo.domain.uploads import Upload
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.turns import Turns


class Promise:
    """Room on the disk that one piece may still take."""

    def __init__(self, size: int) -> None:
        self.left = size

    def keep(self, size: int) -> None:
        """So many bytes of it are written: what is free has become less by them already."""
        self.left = max(0, self.left - size)


class Room:
    def __init__(self, storage: Storage, blobs: BlobStore, limits: UploadLimits) -> None:
        self._storage = storage
        self._blobs = blobs
        self._limits = limits
        self._deciding = Turns()
        self._promises: set[Promise] = set()

    def turn(self, owner_id: AccountId) -> asyncio.Lock:
        """Whoever gives away what an account has left holds it, or several would be given the same."""
        return self._deciding.of(str(owner_id))

    async def check_new(self, owner_id: AccountId, length: int | None) -> None:
        """Whether the account may have one upload more. Raises UploadTooLarge."""
        self._limits.check(length or 0, await self._storage.uploads.usage(owner_id))

    async def check_length(self, upload: Upload, length: int) -> None:
        """Whether it may have so many bytes in all. Raises UploadTooLarge."""
        self._limits.check_size(length)
        self._limits.check_quota(length - upload.offset, await self._storage.uploads.usage(upload.owner_id))

    async def check_given(self, owner_id: AccountId) -> None:
        """Whether the account may have what it was given: other processes decide at the same moment. Raises
        UploadTooLarge.
        """
        usage = await self._storage.uploads.usage(owner_id)
        self._limits.check_open(usage)
        self._limits.check_quota(0, usage)

    async def of_file(self, upload: Upload) -> int:
        """Bytes that may still come of it."""
        if upload.length is not None:
            return upload.length - upload.offset
        usage = await self._storage.uploads.usage(upload.owner_id)
        left = self._limits.left_of_quota(usage + ANOTHER_PIECE)
        return max(0, min(self._limits.largest - upload.offset, left))

    async def check_disk(self, length: int = 0) -> None:
        """Raises DiskFull."""
        self._limits.check_disk(length, await self._blobs.free())

    @asynccontextmanager
    async def on_disk(self, size: int) -> AsyncIterator["Promise"]:
        """Promises so many bytes of the disk while they are written: pieces that come at once do not count on
        the same. What is only announced is promised nothing, or whoever announces much would keep all others
        out. Raises DiskFull.
        """
        free = await self._blobs.free()
        promised = sum(promise.left for promise in self._promises)
        self._limits.check_disk(promised + size, free)
        promise = Promise(size)
        self._promises.add(promise)
        try:
            yield promise
        finally:
            self._promises.discard(promise)
