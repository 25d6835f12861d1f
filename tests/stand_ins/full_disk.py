"""A place for files that is full when a test says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from killrvideo.domain.errors import DiskFull
from killrvideo.service_interfaces.blobs import ANY_CONTENT, BlobStore, BlobWriter


class FullDisk:
    """Keeps BlobStore, as another one does, but takes only so many bytes of a file."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self.takes: int | None = None
        """None while there is room."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)

    @asynccontextmanager
    async def writer(self, key: str, *, content_type: str = ANY_CONTENT) -> AsyncIterator[BlobWriter]:
        async with self._blobs.writer(key, content_type=content_type) as writer:
            yield _Writer(writer, self.takes)


class _Writer:
    def __init__(self, writer: BlobWriter, takes: int | None) -> None:
        self._writer = writer
        self._takes = takes

    async def write(self, data: bytes) -> None:
        if self._takes is not None and len(data) > self._takes:
            raise DiskFull
        await self._writer.write(data)
