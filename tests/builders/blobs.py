"""Blobs to keep, and ways to look at what is kept."""

from collections.abc import AsyncIterator
from datetime import timedelta

from killrvideo.adapters.blobs import Patience
from killrvideo.service_interfaces.blobs import BlobReading, BlobStore

PATIENCE = Patience(connecting=timedelta(seconds=5), request=timedelta(seconds=30), tries=2)
HELLO = b"hello world"
MIB = 1024 * 1024


async def whole(reading: BlobReading) -> bytes:
    return b"".join([chunk async for chunk in reading.chunks])


async def content(blobs: BlobStore, key: str) -> bytes:
    return await whole(await blobs.read(key))


async def keys(blobs: BlobStore, prefix: str = "") -> list[str]:
    return [info.key for info in await blobs.list(prefix)]


async def pieces(count: int, size: int, *, then: Exception | None = None) -> AsyncIterator[bytes]:
    for number in range(count):
        yield bytes([number % 256]) * size
    if then is not None:
        raise then
