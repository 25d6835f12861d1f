"""A place for files that is full when a test says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from killrvideo.domain.errors import DiskFull
from killrvideo.service_interfaces.blobs import ANY_CONTENT, BlobStore, BlobWriter


class FullDisk:
    """Keeps BlobStore, as another one does, but takes only so many bytes of a file, or of all."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self.takes: int | None = None
        """At a time; None while there is room."""
        self.left: int | None = None
        """Of all; it is told, and goes down. None while nobody knows."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)

    @asynccontextmanager
    async def writer(self, key: str, *, content_type: str = ANY_CONTENT) -> AsyncIterator[BlobWriter]:
        async with self._blobs.writer(key, content_type=content_type) as writer:
            yield _Writer(writer, self)

    async def free(self) -> int | None:
        return self.left

    def use(self, size: int) -> None:
        """Raises DiskFull."""
        if self.takes is not None and size > self.takes:
            raise DiskFull
        if self.left is not None:
            self.left -= size


class _Writer:
    def __init__(self, writer: BlobWriter, disk: FullDisk) -> None:
        self._writer = writer
        self._disk = disk

    async def write(self, data: bytes) -> None:
        self._disk.use(len(data))
        await self._writer.write(data)
